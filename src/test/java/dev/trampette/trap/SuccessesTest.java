package dev.trampette.trap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Disassembly;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Instruction;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A success in the place of an instruction: as long as it, and a success.
class SuccessesTest {

    @TempDir
    private Path directory;

    /// Up to the longest instruction that there is: nothing but the success and NOPs, to the last byte.
    @ParameterizedTest
    @EnumSource(Instruction.class)
    void as_long_as_the_instruction(Instruction instruction) {
        IntStream.rangeClosed(3, 15).forEach(length -> {
            byte[] bytes = Successes.bytes(new TrapSite(0, length, instruction, Optional.empty(), Optional.empty()));

            assertThat(bytes).hasSize(length);
            List<String> texts = Disassembly.required(bytes, 0).stream().map(line ->
                    line.text().replaceAll(" +", " ")).toList();
            assertThat(texts).allMatch(text -> text.matches("xor eax,eax|test rsp,rsp|nop.*|xchg ax,ax|data16 .*nop.*"))
                    .filteredOn(text -> !text.contains("nop") && !text.contains("xchg"))
                    .hasSize(instruction == Instruction.VMFUNC ? 0 : 1);
        });
    }

    @Test
    void behind_an_entry_there_is_none() {
        assertThat(Instruction.values()).filteredOn(it -> !Successes.exists(it)).containsExactlyInAnyOrder(
                Instruction.VMLAUNCH, Instruction.VMRESUME, Instruction.SEAMRET);
    }

    /// In the code of an object: RAX = 0 of the one, CF = ZF = 0 of the others, whatever was there.
    @Test
    void what_calls_them_goes_on() throws Throwable {
        Path source = Files.writeString(directory.resolve("both.nasm"), """
                section .text
                global both
                both:
                    or      rax, -1
                    vmcall
                    mov     rcx, rax
                    cmp     eax, eax
                    stc
                    vmread  [rsp - 8], rax
                    jbe     .failed
                    db      0x66, 0x0f, 0x01, 0xcc          ; TDCALL
                    or      rax, rcx
                    ret
                .failed:
                    mov     eax, 2
                    ret
                """);
        try (ForeignObject object = ForeignObject.load(source)) {
            ObjectTraps.succeed(object);

            assertThat((long) Linker.nativeLinker().downcallHandle(object.code("both").entry(),
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG)).invokeExact()).isZero();
        }
    }
}
