package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import dev.trampette.object.ForeignObject;
import dev.trampette.verify.values.Pairing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the loop passes, and where the callee finds it.
class LoopArgumentsTest {

    private static final Contract SYSV = Contract.parse(
            "symbol=f\narguments=a:u64 b:u64{8..9} c:in[4] d:u64 e:u64 f:u64 g:out[20]\n");
    private static final Contract MS = Contract.parse(
            "symbol=g\nconvention=ms-x64\narguments=g:out[2] a:u64 b:u64 x:u64 d:u64\n");

    @TempDir
    private Path directory;

    @Test
    void the_same_memory_for_arguments_of_one_name() {
        LoopArguments arguments = new LoopArguments(List.of(new Pairing(SYSV, MS, true),
                new Pairing(MS, SYSV, false)));

        // rdi rsi rdx rcx r8 r9, and the words above the return address; c is 64 bytes long, and behind it is g
        assertThat(arguments.words(0, 0x10000)).startsWith(1, 8, 0x10000, 1, 1, 1, 0x10040);
        // ms-x64: rcx rdx r8 r9, and the fifth above the home space
        assertThat(arguments.words(1, 0x10000)).startsWith(0, 0, 1, 0x10040, 8, 1, 0, 0, 0, 0, 1);
        assertThat(arguments.size()).isEqualTo(64 + 192);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            convention=registers / arguments=rdi:u64 | it is no C function (convention registers)
            arguments=a:f64                          | a is in xmm0, and the loop passes nothing there
            arguments=call:fn(u64):void              | it calls what call points to
            """)
    void what_it_cannot_pass(String lines, String why) {
        assertThat(LoopArguments.obstacle(Contract.parse("symbol=f\n" + lines.replace(" / ", "\n"))))
                .hasValueSatisfying(text -> assertThat(text).startsWith(why));
    }

    @Test
    void what_is_too_much_for_it() {
        StringBuilder arguments = new StringBuilder("symbol=f\narguments=");
        for (int n = 0; n < 15; n++) {
            arguments.append("a").append(n).append(":u64 ");
        }

        assertThat(LoopArguments.obstacle(Contract.parse(arguments.toString())))
                .hasValueSatisfying(text -> assertThat(text).startsWith("a14 is in "));
        assertThat(LoopArguments.obstacle(SYSV)).isEmpty();
    }

    /// The loop itself: registers in each call, the words above the return address, and room that the callee may
    /// write to without harm to the loop.
    @Test
    void the_callee_finds_them() throws IOException {
        Path source = Files.writeString(directory.resolve("keep.nasm"), """
                section .text
                global keep
                keep:
                    mov     rax, [rsp + 64]
                    mov     [rax], rdi
                    mov     [rax + 8], rsi
                    mov     [rax + 16], rdx
                    mov     [rax + 24], rcx
                    mov     [rax + 32], r8
                    mov     [rax + 40], r9
                  %assign word 1
                  %rep 7
                    mov     rdx, [rsp + word * 8]
                    mov     [rax + 40 + word * 8], rdx
                    not     qword [rsp + word * 8]
                    not     qword [rsp + word * 8]
                    %assign word word + 1
                  %endrep
                    inc     qword [rax + 104]
                    ret
                """);
        try (ForeignObject object = ForeignObject.load(source); Arena arena = Arena.ofConfined()) {
            MemorySegment seen = arena.allocate(14 * 8, 64);
            MemorySegment words = arena.allocate(SlotTable.ARGUMENTS * 8L, 64);
            for (int n = 0; n < SlotTable.ARGUMENTS; n++) {
                words.setAtIndex(JAVA_LONG, n, 0x1111L * (n + 1));
            }
            words.setAtIndex(JAVA_LONG, SlotTable.ARGUMENTS - 1, seen.address());
            SlotTable table = new SlotTable(1);
            table.add(object.code("keep").entry(), words.address(), 32, 10, 0);
            table.measure(new Placement(Image.nullStub()).address("measure_slots"));

            assertThat(seen.asSlice(0, 13 * 8).toArray(JAVA_LONG)).isEqualTo(words.asSlice(0, 13 * 8)
                    .toArray(JAVA_LONG));
            assertThat(seen.getAtIndex(JAVA_LONG, 13)).isEqualTo(SlotTable.CALLS + 10);
        }
    }
}
