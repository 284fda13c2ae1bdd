package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.crossing.CallBlock;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Aside;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.support.Assembler;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The structures of `crossing.inc` are laid out as Java reads them.
class LayoutTest {

    @TempDir
    private Path directory;

    private long offset(String symbol) throws Exception {
        ByteBuffer data = Assembler.assemble(directory, "shim", ".data", """
                %%include "probe.inc"
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
        for (String field : new String[] {"rflags", "rip", "instruction", "exception", "operand",
            "next"}) {
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
        assertThat(offset("DEPARTURE.trap")).isEqualTo(28);
        assertThat(offset("DEPARTURE.registers")).isEqualTo(32);
        assertThat(offset("DEPARTURE_size")).isEqualTo(CallBlock.current().departure().byteSize());
    }

    /// A processor with AVX-512 loads and stores 64 bytes.
    @Test
    void the_state_of_a_script_is_aligned() {
        assertThat(Script.LAYOUT.byteOffset(groupElement("state")) % 64).isZero();
    }

    /// Every member that has a name, by its name, and the size.
    static Stream<Arguments> structures() {
        return Stream.of(Arguments.of("STATE", State.LAYOUT), Arguments.of("PROBE", ProbeLayout.LAYOUT),
                Arguments.of("ANSWER", Script.ANSWER), Arguments.of("RECORD", Script.RECORD),
                Arguments.of("EXTERNAL", ExternalReply.LAYOUT), Arguments.of("REPORT", Script.REPORT),
                Arguments.of("STORE", Script.STORE),
                Arguments.of("SCRIPT", Script.LAYOUT),
                Arguments.of("SITE", TrapTable.SITE), Arguments.of("FIX_UP", TrapTable.FIX_UP),
                Arguments.of("TRAPS", TrapTable.LAYOUT), Arguments.of("STEP", Recording.STEP));
    }

    @ParameterizedTest
    @MethodSource("structures")
    void structures_of_the_probe(String name, StructLayout layout) throws Exception {
        for (MemoryLayout member : layout.memberLayouts()) {
            if (member.name().isPresent()) {
                String field = member.name().orElseThrow();
                assertThat(offset(name + "." + field)).as(field).isEqualTo(layout.byteOffset(groupElement(field)));
            }
        }
        assertThat(offset(name + "_size")).isEqualTo(layout.byteSize());
    }

    @Test
    void sizes_that_both_sides_know() throws Exception {
        assertThat(offset("FRAME_WORDS")).isEqualTo(Probe.FRAME_WORDS);
        assertThat(offset("ANSWERS")).isEqualTo(Script.MOST);
        assertThat(offset("RECORDS")).isEqualTo(Script.MOST);
        assertThat(offset("RED_ZONE / 8")).isEqualTo(Script.RED_ZONE_WORDS);
        assertThat(offset("SITE_NONE")).isEqualTo(TrapTable.NONE);
        assertThat(offset("SITE_RIP")).isEqualTo(TrapTable.RIP);
        assertThat(offset("FIX_UP_VALUES")).isEqualTo(TrapTable.MOST_VALUES);
        assertThat(offset("ASIDES")).isEqualTo(Probe.ASIDES);
        assertThat(offset("ASIDE_FIRST")).isEqualTo(Aside.FIRST);
        assertThat(offset("ASIDE_size")).isEqualTo(32);
        assertThat(offset("ARITHMETIC_FLAGS")).isEqualTo(Registers.ARITHMETIC_FLAGS);
        assertThat(Files.readString(Path.of("src/main/asm/runtime/probe.asm")))
                .contains("MXCSR_CONTROL           equ 0x%x ".formatted(State.MXCSR_CONTROL));
        for (Vectors vectors : Vectors.values()) {
            assertThat(offset("VECTORS_" + vectors)).isEqualTo(vectors.ordinal());
        }
        assertThat(offset("PROBE_BLOCK")).isEqualTo(ProbeMemory.BLOCK);
        assertThat(offset("PROBE_SIGNALS")).isEqualTo(ProbeMemory.SIGNALS);
        assertThat(offset("PROBE_SIGNALS_SIZE")).isEqualTo(ProbeMemory.SIGNALS_SIZE);
        assertThat(offset("PROBE_AT")).isEqualTo(ProbeMemory.PROBE);
        assertThat(offset("PROCESSOR_XINUSE")).isEqualTo(Features.XINUSE);
        assertThat(offset("PROCESSOR_X87")).isEqualTo(Features.X87);
        assertThat(offset("PROCESSOR_FSGSBASE")).isEqualTo(Features.FSGSBASE);
        assertThat(offset("PROCESSOR_PKRU")).isEqualTo(Features.PKRU);
        assertThat(offset("XINUSE_UPPER")).isEqualTo(State.XINUSE_UPPER);
        assertThat(ProbeLayout.offset("same") % 16).isZero();
        assertThat(ProbeLayout.offset("fixed") % 16).isZero();
        assertThat(ProbeLayout.offset("keep") % 16).isZero();
        assertThat(ProbeLayout.offset("generators") % 16).isZero();
        assertThat(ProbeLayout.offset("frame") % 16).isZero();
        assertThat(ProbeLayout.offset("after") % 64).isZero();
        assertThat(offset("SCRIPT.state") % 64).isZero();
    }

    /// What the guard changes in an interrupted context, as the C library declares it.
    @Test
    void ucontext() throws Exception {
        Path source = Files.writeString(directory.resolve("ucontext.c"), """
                #define _GNU_SOURCE
                #include <signal.h>
                #include <stddef.h>
                #include <stdio.h>
                #include <ucontext.h>
                int main(void)
                {
                    size_t gregs = offsetof(ucontext_t, uc_mcontext.gregs);
                    int numbers[] = {REG_R8, REG_R12, REG_RDI, REG_RSI, REG_RBP, REG_RBX, REG_RDX, REG_RAX, REG_RCX,
                                     REG_RSP, REG_RIP, REG_EFL, REG_TRAPNO};
                    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
                        printf("%zu ", gregs + 8 * numbers[i]);
                    printf("%zu %zu %zu %zu", offsetof(ucontext_t, uc_stack.ss_sp),
                           offsetof(ucontext_t, uc_stack.ss_size), offsetof(siginfo_t, si_code),
                           offsetof(siginfo_t, si_addr));
                }
                """);
        Path program = directory.resolve("ucontext");
        Process gcc;
        try {
            gcc = new ProcessBuilder("gcc", "-o", program.toString(), source.toString()).inheritIO().start();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler here");
            return;
        }
        assertThat(gcc.waitFor()).isZero();
        String printed = new String(new ProcessBuilder(program.toString()).start().getInputStream().readAllBytes());
        String guard = Files.readString(Path.of("src/main/asm/runtime/guard.asm"));
        List<String> ours = new ArrayList<>();
        for (String name : new String[] {"UC_R8", "UC_R12", "UC_RDI", "UC_RSI", "UC_RBP", "UC_RBX", "UC_RDX", "UC_RAX",
            "UC_RCX", "UC_RSP", "UC_RIP", "UC_EFLAGS", "UC_TRAPNO", "UC_STACK", "UC_STACK_SIZE", "SI_CODE",
            "SI_ADDR"}) {
            Matcher equ = Pattern.compile("^" + name + "\\s+equ (\\d+)( +;.*)?$", Pattern.MULTILINE).matcher(guard);
            assertThat(equ.find()).as(name).isTrue();
            ours.add(equ.group(1));
        }

        assertThat(String.join(" ", ours)).isEqualTo(printed);
    }

    @Test
    void instructions() throws Exception {
        for (Aside aside : Aside.values()) {
            assertThat(offset("ASIDE_" + aside.name())).isEqualTo(aside.number());
        }
        for (Instruction instruction : Instruction.values()) {
            assertThat(offset("INSTRUCTION_" + instruction)).isEqualTo(instruction.number());
        }
    }

    @Test
    void shim() throws Exception {
        assertThat(offset("SHIM.execute")).isEqualTo(0);
        assertThat(offset("SHIM.error")).isEqualTo(8);
    }

    /// The descriptor NOP: bits 7:0 the instruction, 11:8 ModRM.rm, 15:12 ModRM.reg, 16 memory.
    @ParameterizedTest
    @CsvSource({
        "TDCALL, 0x00001", "SEAMCALL, 0x00002", "'VMREAD r10, rdi', 0x07a03", "'VMWRITE rdi, r10', 0x07a04",
        "'VMREAD_MEMORY r10, rdi', 0x17a03", "'VMWRITE_MEMORY rdi, r10', 0x17a04",
        "VMCLEAR rsp, 0x10405", "VMPTRLD rsp, 0x10406", "'INVEPT rdi, rsp', 0x17407", "'INVVPID rdi, rsp', 0x17408",
        "SEAMRET, 0x00009", "VMPTRST rsp, 0x1040a", "VMCALL, 0x0000b", "VMMCALL, 0x0000c", "VMGEXIT, 0x0000d",
        "VMLAUNCH, 0x0000e", "VMRESUME, 0x0000f", "VMXON rdi, 0x10710", "VMXOFF, 0x00011"
    })
    void descriptors(String instruction, int descriptor) throws Exception {
        ByteBuffer code = Assembler.assemble(directory, "shim", "wrappers", """
                %%include "frame.inc"
                %%include "instructions.inc"
                section wrappers
                    %s
                """.formatted(instruction));

        assertThat(code.getInt(8)).isEqualTo(descriptor);
    }
}
