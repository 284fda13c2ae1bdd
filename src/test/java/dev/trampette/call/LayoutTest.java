package dev.trampette.call;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.shim.Gpr;
import dev.trampette.shim.Instruction;
import dev.trampette.shim.Registers;
import dev.trampette.support.Assembler;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The structures of `crossing.inc` are laid out as Java reads them.
class LayoutTest {

    @TempDir
    private Path directory;

    private long offset(String symbol) throws Exception {
        ByteBuffer data = Assembler.assemble(directory, "shim", ".data", """
                %%include "crossing.inc"
                %%include "instructions.inc"
                section .data
                    dq %s
                """.formatted(symbol));
        return data.getLong(0);
    }

    @Test
    void registers() throws Exception {
        for (Gpr register : Gpr.values()) {
            assertThat(offset("REGISTERS." + register)).isEqualTo(register.ordinal() * 8L);
            assertThat(offset("GPR_" + register)).isEqualTo(register.ordinal());
        }
        for (String field : new String[] {"rflags", "rip", "instruction", "exception"}) {
            assertThat(offset("REGISTERS." + field)).isEqualTo(Registers.LAYOUT.byteOffset(groupElement(field)));
        }
        assertThat(offset("REGISTERS_size")).isEqualTo(Registers.LAYOUT.byteSize());
    }

    @Test
    void departure() throws Exception {
        assertThat(offset("DEPARTURE.cause")).isEqualTo(0);
        assertThat(offset("DEPARTURE.number")).isEqualTo(4);
        assertThat(offset("DEPARTURE.rip")).isEqualTo(8);
        assertThat(offset("DEPARTURE.address")).isEqualTo(16);
        assertThat(offset("DEPARTURE_size")).isEqualTo(CallBlock.current().departure().byteSize());
    }

    @Test
    void instructions() throws Exception {
        for (Instruction instruction : Instruction.values()) {
            assertThat(offset("INSTRUCTION_" + instruction)).isEqualTo(instruction.number());
        }
    }

    @Test
    void shim() throws Exception {
        assertThat(offset("SHIM.execute")).isEqualTo(0);
        assertThat(offset("SHIM.vmread_error")).isEqualTo(8);
    }
}
