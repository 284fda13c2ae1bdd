package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.trampette.report.Json;
import dev.trampette.support.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Asm statements of C: those that are right hold, whatever the compiler makes of them, and a comment before a wrong
/// one says what is found.
class AsmStatementsTest {

    private static final Path DIRECTORY = Path.of("src/test/c/asm");
    private static final List<Path> VMX = List.of(DIRECTORY.resolve("vmx_ops.c"),
            DIRECTORY.resolve("vmread_trampoline.S"));
    private static final List<Path> SEEDS = List.of(Path.of("examples/seed/callers.c"),
            Path.of("examples/seed/trampoline.S"));
    private static final Pattern EXPECTED = Pattern.compile("// ([a-z0-9-]+) \\| (.*)");
    private static final Pattern ASM = Pattern.compile("\\basm\\b(?! *\\(\"r\\d+\"\\) *=).*\\(\".*");
    private static final String SEED = System.getProperty("trampette.seed", String.valueOf(System.nanoTime()));

    @TempDir
    private Path directory;

    /// What is found of each statement, a line for each finding; `holds` or why it was not run else.
    private static Map<String, List<String>> verify(String file, String... flags) {
        return verify(List.of(DIRECTORY.resolve(file)), flags);
    }

    private static Map<String, List<String>> verify(List<Path> files, String... flags) {
        List<String> words = new ArrayList<>(List.of("verify", "--asm", "--format", "json", "--iterations", "8",
                "--seed", SEED));
        files.forEach(file -> words.add(file.toString()));
        words.add("--");
        words.addAll(List.of(flags));
        Map<String, List<String>> found = new TreeMap<>();
        for (Object one : (List<?>) Json.read(Ran.of(words.toArray(String[]::new)).out()).get("routines")) {
            Map<?, ?> row = (Map<?, ?>) one;
            List<?> findings = (List<?>) row.get("findings");
            found.put((String) row.get("name"), !findings.isEmpty() ? findings.stream().map(finding -> "%s | %s"
                    .formatted(((Map<?, ?>) finding).get("rule"), ((Map<?, ?>) finding).get("register"))).toList()
                    : List.of(row.get("refusal") == null ? "holds" : (String) row.get("refusal")));
        }
        return found;
    }

    /// What comments say is found, by the place of the statement behind them.
    private static Map<String, String> expected(String file) throws IOException {
        List<String> lines = Files.readAllLines(DIRECTORY.resolve(file));
        Map<String, String> expected = new TreeMap<>();
        for (int n = 0; n < lines.size(); n++) {
            Matcher comment = EXPECTED.matcher(lines.get(n));
            if (comment.matches()) {
                int at = n + 1;
                while (!ASM.matcher(lines.get(at)).find()) {
                    at++;
                }
                expected.put(file + ":" + (at + 1), comment.group(1) + " | " + comment.group(2));
            }
        }
        return expected;
    }

    /// Some of ten ways to compile them in a run, with a red zone and without.
    @ParameterizedTest
    @MethodSource("ways")
    void statements_that_are_right_hold(String level, String zone) {
        Map<String, List<String>> found = verify("correct.c", level, zone);

        assertThat(found).hasSizeGreaterThan(40).allSatisfy((statement, findings) ->
                assertThat(findings).as("%s %s %s, seed %s", statement, level, zone, SEED).containsExactly("holds"));
    }

    static List<Arguments> ways() {
        List<Arguments> ways = Stream.of("-O0", "-O1", "-O2", "-O3", "-Os").flatMap(level ->
                Stream.of("-mred-zone", "-mno-red-zone").map(zone -> Arguments.of(level, zone))).toList();
        return Sample.ofEach(way -> way.get()[1], 3, ways, Long.parseLong(SEED));
    }

    @ParameterizedTest
    @CsvSource({"-O0", "-O2"})
    void statements_of_kernels_hold(String level) {
        Map<String, List<String>> found = verify("kernel.c", level);

        assertThat(found).hasSizeGreaterThan(50).allSatisfy((statement, findings) ->
                assertThat(findings).as("%s %s, seed %s", statement, level, SEED).containsExactly("holds"));
    }

    @ParameterizedTest
    @CsvSource({"weakened.c, -O2", "weakened.c, -Os", "kinds.c, -mavx2"})
    void a_constraint_that_is_missing_is_found_and_named(String file, String flag) throws IOException {
        Map<String, List<String>> found = verify(file, flag);

        Map<String, String> expected = expected(file);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        List<String> missed = new ArrayList<>();
        expected.forEach((statement, what) -> {
            String[] parts = what.split(" \\| ");
            if (found.get(statement).stream().noneMatch(one -> one.startsWith(parts[0]) && one.contains(parts[1]))) {
                missed.add("%s %s: %s".formatted(statement, what, found.get(statement)));
            }
        });
        assertThat(missed).as("seed %s", SEED).isEmpty();
    }

    /// VMREAD with a trampoline, and with labels: on success, on VMfail, on #UD and #GP.
    @Test
    void inline_functions_of_vmx_hold_on_every_outcome() {
        assertThat(verify(VMX, "-mno-red-zone")).hasSize(4).allSatisfy((statement, findings) ->
                assertThat(findings).as("%s, seed %s", statement, SEED).containsExactly("holds"));
    }

    @Test
    void a_register_that_the_trampoline_loses_is_wanted_among_the_clobbers() {
        Map<String, List<String>> found = verify(VMX, "-mno-red-zone", "-DLOSES_R9");

        assertThat(found.values().stream().filter(List.of("holds")::equals)).as("seed %s", SEED).hasSize(3);
        assertThat(found.get("vmx_ops.c:21")).singleElement(STRING).as("seed %s", SEED)
                .contains("add \"r9\" to the clobbers of vmx_ops.c:21");
    }

    /// All that is wrong with the macros as they were sent.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sketch.h:5 (TDVMCALL) | selector | rax at TDCALL is the reason",
        "sketch.h:5 (TDVMCALL) | undefined-read | rax at TDCALL depends on rax, which is no input",
        "sketch.h:5 (TDVMCALL) | undeclared-clobber | r10, r11, rax are changed: add \"r10\", \"r11\", \"rax\" to",
        "sketch.h:5 (TDVMCALL) | undeclared-clobber | \"c\" (in4), an input only, is changed: make it \"+c\" (in4)",
        "sketch.h:5 (TDVMCALL) | undeclared-clobber | add \"memory\" to the clobbers",
        "sketch.h:5 (TDVMCALL) | asm-volatile | make it asm volatile",
        "sketch.h:19 (TDVMCALL_1) | output | \"=r\" (out1) is r12, which Instruction.RDMSR does not give; it gives r11",
        "sketch.h:19 (TDVMCALL_1) | undeclared-clobber | \"a\" (reason), an input only, is changed: make it \"+a\"",
        "sketch.h:19 (TDVMCALL_1) | undeclared-clobber | add \"r10\", \"r11\" to the clobbers",
        "sketch.h:19 (TDVMCALL_1) | asm-volatile | make it asm volatile",
        "sketch.h:34 (TDVMCALL_4) | undeclared-clobber | add \"r10\", \"r11\" to the clobbers",
        "sketch.h:34 (TDVMCALL_4) | undeclared-clobber | \"c\" (in4), an input only, is changed",
        "sketch.h:34 (TDVMCALL_4) | asm-volatile | make it asm volatile"
    })
    void each_defect_of_the_sketch_is_found(String statement, String rule, String what) {
        assertThat(Sketch.FOUND.get(statement)).as("seed %s", SEED).anySatisfy(finding ->
                assertThat(finding).startsWith(rule + " | ").contains(what));
    }

    /// Verified once.
    private static final class Sketch {

        private static final Map<String, List<String>> FOUND = verify(SEEDS, "-DAS_SENT", "-DMACROS=\"sketch.h\"");
    }

    @Test
    void the_corrected_macros_hold() {
        assertThat(verify(SEEDS)).hasSize(3).allSatisfy((statement, findings) ->
                assertThat(findings).as("%s, seed %s", statement, SEED).containsExactly("holds"));
    }

    /// In a minute at most, on two processors.
    @Test
    @Timeout(60)
    void two_hundred_statements_take_seconds() throws IOException {
        String source = IntStream.range(1, 51).mapToObj("""
                unsigned long f%1$d(unsigned long x, unsigned long *p)
                {
                    unsigned long a, b;
                    asm("bswap %%0; addq $%1$d, %%0" : "=r" (a) : "0" (x));
                    asm("leaq %1$d(%%1,%%2), %%0" : "=r" (b) : "r" (a), "r" (x));
                    asm volatile("lock addq $%1$d, %%0" : "+m" (*p));
                    asm("movq %%1, %%%%rcx; rolq $%1$d, %%%%rcx; movq %%%%rcx, %%0" : "=r" (a) : "r" (b) : "rcx");
                    return a;
                }
                """::formatted).collect(Collectors.joining());
        Path file = Files.writeString(directory.resolve("many.c"), source);

        Ran ran = Ran.of("verify", file.toString(), "--seed", SEED);

        assertThat(ran.out()).contains("250 routines: all hold");
        assertThat(ran.status()).isZero();
    }

    @Test
    void sources_may_be_several() throws IOException {
        Path first = Files.writeString(directory.resolve("first.c"),
                "long f(long x) { asm(\"incq %0\" : \"+r\" (x)); return x; }");
        Path second = Files.writeString(directory.resolve("second.c"),
                "long g(long x) { asm(\"incq %1\" : \"=r\" (x) : \"r\" (x)); return x; }");

        assertThat(verify(List.of(first, second))).hasEntrySatisfying("first.c:1", findings ->
                assertThat(findings).containsExactly("holds")).hasEntrySatisfying("second.c:1", findings ->
                assertThat(findings).isNotEqualTo(List.of("holds")));
    }

    @Test
    void macros_of_a_header_are_expanded() {
        Ran ran = Ran.of("verify", "--asm", "--header", "examples/seed/sketch.h", "--expand",
                "long halt(long off) { return TDVMCALL(12, off, 0, 0, 0); }", "examples/seed/trampoline.S", "--seed",
                SEED, "--", "-DAS_SENT");

        assertThat(ran.status()).isOne();
        assertThat(ran.out()).contains("sketch.h:5 (TDVMCALL): undeclared-clobber: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "long f(long n) { long r; asm volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(n)); return r; }"
            + " | it has a system call",
        "double f(double x) { asm(\"fsin\" : \"+t\"(x)); return x; } | nothing can be given to %1, which is st",
        "void f(long a) { asm volatile(\"vmrun\" : : \"a\"(a)); } | it cannot be run: "
    })
    void a_statement_that_cannot_be_run_says_why(String source, String why) throws IOException {
        Path file = Files.writeString(directory.resolve("refused.c"), source);

        assertThat(verify(List.of(file)).values()).singleElement().asString().contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int f(void) { return 1; } | no asm statement is compiled",
        "int f(void) { asm(\"nop\" } | refuses the source",
    })
    void bad_input_is_a_line(String source, String line) throws IOException {
        Path file = Files.writeString(directory.resolve("bad.c"), source);

        Ran ran = Ran.of("verify", "--asm", file.toString());

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains(line).doesNotContain("Exception");
    }

    @Test
    void what_is_mended_holds() {
        assertThat(verify("kinds.c", "-mavx2", "-mno-red-zone", "-DMENDED")).hasSize(7)
                .allSatisfy((statement, findings) -> assertThat(findings).as("%s, seed %s", statement, SEED)
                        .containsExactly("holds"));
    }
}
