package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.contract.Contract;
import dev.trampette.probe.Vectors;
import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Verdict;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// Values go where a compiler has them. `src/test/c/values.c` is compiled once; each of its functions holds by its
/// prototype, and does not by one that has the same words in another order.
class ValuesTest {

    private static Path library;
    private static SymbolLookup functions;

    @BeforeAll
    static void compile() throws IOException, InterruptedException {
        library = Files.createTempFile("values", ".so");
        Process compiler = new ProcessBuilder("gcc", "-O2", "-Wno-psabi", "-shared", "-fPIC", "-o", library.toString(),
                "src/test/c/values.c").inheritIO().start();
        assumeTrue(compiler.waitFor() == 0);
        functions = SymbolLookup.libraryLookup(library, Arena.global());
    }

    @AfterAll
    static void forget() throws IOException {
        Files.delete(library);
    }

    private static Verdict verdict(MemorySegment function, String text) {
        return Judged.of(function, text);
    }

    private static Verdict verdict(String text) {
        return verdict(functions.findOrThrow(Contract.parse(text).symbol()), text);
    }

    private static Verdict verdictOf(String code, String text) {
        return verdict(MachineCode.of(code), text);
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/values.txt", delimiter = '|', quoteCharacter = '`')
    void a_value_is_where_a_compiler_has_it(String prototype, String other) {
        assertThat(verdict(prototype)).hasToString("holds").matches(verdict -> verdict.findings().isEmpty());
        assertThat(verdict(other).holds()).as(other).isFalse();
    }

    @ParameterizedTest
    @CsvFileSource(files = "src/test/resources/vectors.txt", delimiter = '|', quoteCharacter = '`')
    void a_vector_is_where_a_compiler_has_it(String prototype, String other) {
        assumeTrue(Vectors.available().compareTo(Vectors.YMM) >= 0);
        a_value_is_where_a_compiler_has_it(prototype, other);
    }

    @Test
    void the_number_of_vectors_is_in_al() {
        assertThat(verdict("double mean_of(int count, ...)\narguments=count:int{2..2} a:double b:double"))
                .hasToString("holds");
        assertThat(verdict("int sum_of(int count, ...)\narguments=count:int{3..3} a:int b:int c:int"))
                .hasToString("holds");
        assertThat(verdict("double mean_of(int count)\narguments=count:int{1..1}").holds()).isFalse();
    }

    @Test
    void a_bool_is_0_or_1() {
        assertThat(verdictOf("mov eax, edi\nand eax, 2\nret", "bool f(int x)").toString()).isEqualTo("broken: output");
        assertThat(verdictOf("mov eax, edi\nand eax, 1\nret", "bool f(int x)")).hasToString("holds");
    }

    @Test
    void half_of_a_result_is_not_forgotten() {
        assertThat(verdictOf("addsd xmm0, xmm0\nret", "struct {double x, y;} f(double x)").toString())
                .startsWith("broken: undefined-read");
        assertThat(verdictOf("addsd xmm0, xmm0\nmovaps xmm1, xmm0\nret", "struct {double x, y;} f(double x)"))
                .hasToString("holds");
        assertThat(verdictOf("mov rax, rdi\nret", "unsigned __int128 f(long x)").toString())
                .startsWith("broken: undefined-read");
        assertThat(verdictOf("mov [rdi], rsi\nmov rax, rsi\nret", "struct {long x, y, z;} f(long x)").toString())
                .contains("output", "undefined-read");
        assertThat(verdictOf("fld1\nfld1\nret", "long double f(void)").toString()).startsWith("broken: x87-control");
        assertThat(verdictOf("ret", "long double f(void)").toString()).startsWith("broken: x87-control");
        assertThat(verdictOf("fld1\nret", "long double f(void)")).hasToString("holds");
    }
}
