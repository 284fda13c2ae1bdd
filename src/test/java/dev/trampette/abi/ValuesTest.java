package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.call.Vectors;
import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.support.MachineCode;
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
import org.junit.jupiter.params.provider.CsvSource;

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
        Contract contract = Contract.parse(text);
        return new Verifier(Image.shim(), 1, 20).verify(Target.throughGate(new Code(contract.symbol(), function),
                contract));
    }

    private static Verdict verdict(String text) {
        return verdict(functions.findOrThrow(Contract.parse(text).symbol()), text);
    }

    private static Verdict verdictOf(String code, String text) {
        return verdict(MachineCode.of(code), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        struct {double x, y;} add_two(struct {double x, y;} a, struct {double x, y;} b) | struct {double x, y;} add_two(struct {double x, y;} a, double b)
        struct {float x, y;} add_pair(struct {float x, y;} a, float by) | struct {float x, y;} add_pair(float a, struct {float x, y;} by)
        struct {double x; int n;} swap_mixed(struct {int n; double x;} t) | struct {double x; int n;} swap_mixed(struct {long n, x;} t)
        struct {int n; double x;} swap_turned(struct {double x; int n;} t) | struct {int n; double x;} swap_turned(struct {double x; int16_t n;} t)
        uint32_t sum_small(struct {uint8_t a; uint16_t b;} s) | uint32_t sum_small(struct {uint8_t a, b;} s)
        struct {uint64_t a, b; uint32_t c;} grow(struct {uint64_t a, b; uint32_t c;} l, uint32_t by) | struct {uint64_t a, b, c;} grow(struct {uint64_t a, b; uint32_t c;} l, uint32_t by)
        uint32_t sum_bytes(struct {uint8_t b[12];} b) | uint32_t sum_bytes(struct {uint8_t b[11];} b)
        struct {uint8_t b[12];} spread(uint8_t b) | struct {uint64_t b[3];} spread(uint8_t b)
        float sum_nested(struct {struct {float x, y;} p; float z;} n) | float sum_nested(struct {struct {float x, y;} p;} n)
        long double half(long double x) | long double half(double x)
        struct {long double x;} twice(struct {long double x;} s) | long double twice(struct {double x;} s)
        long double after(int a, long double x, int b) | long double after(int a, int b)
        unsigned __int128 product(uint64_t a, uint64_t b) | unsigned __int128 product(uint64_t a)
        unsigned __int128 last_wide(int a, int b, int c, int d, int e, unsigned __int128 x, int f) | unsigned __int128 last_wide(int a, int b, int c, int d, int e, uint64_t x, uint64_t y, int f)
        __m128i add128(__m128i a, __m128i b) | __m128i add128(__m128i a, double b)
        uint64_t reverted(int a, int b, int c, int d, int e, struct {uint64_t x, y;} s, uint64_t z) | uint64_t reverted(int a, int b, int c, int d, struct {uint64_t x, y;} s, uint64_t z)
        double nine(double a, double b, double c, double d, double e, double f, double g, struct {double x, y;} h, double i) | double nine(double a, double b, double c, double d, double e, double f, double g, double x, double i)
        double complex_of(double _Complex z) | double complex_of(double z)
        bool is_odd(int8_t n) | int is_odd(void)
        int narrow_switch(int8_t n, uint16_t m) | int narrow_switch(int8_t n, uint8_t m)
        uint64_t called(uint64_t (*f)(uint64_t, int32_t), uint64_t x) | uint64_t called(uint64_t (*f)(uint64_t, int32_t, int32_t), uint64_t x)
        """)
    void a_value_is_where_a_compiler_has_it(String prototype, String other) {
        assertThat(verdict(prototype)).hasToString("holds").matches(verdict -> verdict.findings().isEmpty());
        assertThat(verdict(other).holds()).as(other).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        __m256i add256(__m256i a, __m256i b) | __m256i add256(__m128i a, __m256i b)
        uint64_t low256(__m256i a) | uint64_t low256(__m128i a)
        struct {__m256 v;} wrapped(struct {__m256 v;} v) | struct {__m256 v; float x;} wrapped(__m256 v)
        uint64_t on_stack(__m256i a, __m256i b, __m256i c, __m256i d, __m256i e, __m256i f, __m256i g, __m256i h, uint64_t n, __m256i i) | uint64_t on_stack(__m256i a, __m256i b, __m256i c, __m256i d, __m256i e, __m256i f, __m256i g, __m256i h, uint64_t n, __m128i i)
        """)
    void a_vector_is_where_a_compiler_has_it(String prototype, String other) {
        assumeTrue(Vectors.available().compareTo(Vectors.YMM) >= 0);
        a_value_is_where_a_compiler_has_it(prototype, other);
    }

    @Test
    void the_number_of_vectors_is_in_al() {
        assertThat(verdict("double mean_of(int count, ...)\narguments=count:int{2..2} a:double b:double")).hasToString("holds");
        assertThat(verdict("int sum_of(int count, ...)\narguments=count:int{3..3} a:int b:int c:int")).hasToString("holds");
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
