package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `trace FILE:SYMBOL`: one call of code from outside.
class ForeignTraceTest {

    private static final String SOURCE = """
            #include <string.h>
            #include <stdint.h>
            extern void report(uint64_t);
            extern uint64_t flags;
            static __attribute__((noinline)) uint64_t twice(uint64_t a) { return a * 2 + 1; }
            uint64_t routine(uint64_t value, uint64_t length) {
                uint8_t bytes[64];
                memset(bytes, 3, length & 63);
                __asm__ volatile("" :: "r"(bytes) : "memory");
                report(value);
                return flags + twice(value);
            }
            """;

    private static final String ASSEMBLY = """
            section .text
            global crashes, ends
            crashes:
                mov     eax, 3
                xor     edx, edx
                mov     [rdx], rdi
                ret
            ends:
                mov     eax, 231
                mov     edi, 9
                syscall
                ret
            """;

    @TempDir
    private Path directory;

    private Ran trace(String file, String text, String symbol, String... options) throws IOException {
        Path source = Files.writeString(directory.resolve(file), text);
        return Ran.of(Stream.concat(Stream.of("trace", source + ":" + symbol),
                Stream.of(options)).toArray(String[]::new));
    }

    private static List<Map<?, ?>> steps(Ran ran) {
        return Json.objects(Json.read(ran.out()).get("steps"));
    }

    @Test
    void lines_and_symbols_and_no_stand_ins() throws IOException {
        Ran ran = trace("routine.c", SOURCE, "routine", "--format", "json", "--", "-g", "-O1", "-fno-builtin");

        assertThat(ran.out()).contains("calls report, which returned a random value");
        List<Map<?, ?>> steps = steps(ran);
        assertThat(steps).allSatisfy(step ->
                assertThat((String) step.get("at")).matches("(routine|twice)\\+0x[0-9a-f]+ \\(routine\\.c:\\d+\\)"));
        assertThat(steps).extracting(step -> ((String) step.get("text")).replaceAll(" +", " "))
                .contains("call report", "call twice", "call memset")
                .anyMatch(text -> text.endsWith("[rip+flags]"));
        assertThat(((Map<?, ?>) Json.read(ran.out()).get("counts")).get("instructions")).isEqualTo(steps.size());
        assertThat(ran.status()).isZero();
    }

    @Test
    void the_registers_at_an_instruction_and_what_is_exposed() {
        Ran ran = Ran.of("trace", "examples/gallery/map_gpa.c:map_gpa", "--outcome", "retry");

        assertThat(ran.out()).contains("map_gpa: taken for granted: a call that is refused returns");
        assertThat(ran.out()).startsWith("map_gpa, outcome retry (seed ")
                .contains("rcx = 0x3c00: r10-r13", "exposes r10-r13", "the registers at map_gpa+0x", "in all: ");
        assertThat(ran.status()).isZero();
    }

    @Test
    void an_outcome_that_is_none_names_those_that_there_are() {
        Ran ran = Ran.of("trace", "examples/gallery/map_gpa.c:map_gpa", "--outcome", "nope");

        assertThat(ran.err()).startsWith("trampette: no such outcome: nope; there are success, retry,").hasLineCount(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isEqualTo(2);
    }

    @Test
    void one_routine_at_a_time() {
        Ran ran = Ran.of("trace", "examples/gallery/map_gpa.c");

        assertThat(ran.err()).isEqualTo("trampette: one routine at a time, FILE:SYMBOL; there are map_gpa "
                + "map_gpa_repaired\n");
        assertThat(ran.status()).isEqualTo(2);
    }

    @Test
    void a_crash_shows_how_it_ended() throws IOException {
        Ran ran = trace("crashes.asm", ASSEMBLY, "crashes", "-D", "arguments=value:u64");

        assertThat(ran.out()).contains("did not return, SIGSEGV (address 0x0) at crashes+0x7; in all: 3 instructions");
    }

    @Test
    void a_routine_that_ends_its_process_has_no_trace() throws IOException {
        Path contract = Files.writeString(directory.resolve("ends.contract"), "symbol=ends\narguments=value:u64\n");
        Ran ran = trace("ends.asm", ASSEMBLY, "ends", "--contract", contract.toString());

        assertThat(ran.err()).isEqualTo("trampette: ends: crash: the process ended itself, exit status 9, "
                + "outcome=any\n");
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isOne();
    }
}
