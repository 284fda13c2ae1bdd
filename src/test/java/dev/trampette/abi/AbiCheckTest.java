package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.Given;
import dev.trampette.contract.Model;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a test of native code can say beyond a contract: a model, the engineer's own call, and time.
class AbiCheckTest {

    /// ADOX adds OF, which SUB has left: wrong for one of 2^33 values of acc.
    private static final String FOLD = """
                mov     rax, rdi
                mov     rcx, rdi
                shr     rcx, 32
                sub     rax, rcx
                %s
                mov     r8, rsi
                adox    r8, rax
                mov     rax, r8
                ret
            """;
    private static final String CLEARS = "test rax, rax";
    private static final String FOLDED = "arguments=acc:u64 next:u64 result=u64";

    private static long fold(Given given) {
        return given.value("next") + given.value("acc") - (given.value("acc") >>> 32);
    }

    @Test
    void a_model_finds_what_no_rule_can() {
        AbiCheck broken = AbiAssert.that(MachineCode.of(FOLD.formatted(""))).contract(FOLDED).seed(1);

        assertThatThrownBy(broken.against(AbiCheckTest::fold)::holds).isInstanceOf(AssertionError.class)
                .hasMessageContaining("function: wrong-result: result").hasMessageContaining("expected 0x")
                .hasMessageContaining("replay with -Dtrampette.seed=1");
        AbiAssert.that(MachineCode.of(FOLD.formatted(CLEARS))).contract(FOLDED).against(AbiCheckTest::fold).holds();
    }

    @Test
    void another_function_is_a_model_too() {
        MemorySegment right = MachineCode.of(FOLD.formatted(CLEARS));

        assertThat(AbiAssert.that(MachineCode.of(FOLD.formatted(""))).contract(FOLDED).against(right).verdict()
                .findings()).extracting(Finding::rule).containsExactly(Rule.WRONG_RESULT);
        AbiAssert.that(right).contract(FOLDED).against(MachineCode.of(
                "mov rax, rdi\nshr rdi, 32\nsub rax, rdi\nadd rax, rsi\nret")).holds();
        assertThat(AbiAssert.that(right).contract(FOLDED).against(MachineCode.of("ud2")).verdict().findings())
                .extracting(Finding::where).first().asString()
                .startsWith("the other function does not return: the wrapper panicked (UD2)");
    }

    @Test
    void a_model_says_what_memory_holds() {
        String contract = "arguments=out:out[2xu32] data:in[2xu32] result=void";
        Model swaps = given -> {
            given.memory("out").set(JAVA_INT, 4, given.memory("data").get(JAVA_INT, 0));
            given.memory("out").set(JAVA_INT, 0, given.memory("data").get(JAVA_INT, 4));
            return 0;
        };

        AbiAssert.that(MachineCode.of("mov rax, [rsi]\nrol rax, 32\nmov [rdi], rax\nret")).contract(contract)
                .against(swaps).holds();
        assertThat(AbiAssert.that(MachineCode.of("mov rax, [rsi]\nmov [rdi], rax\nret")).contract(contract)
                .against(swaps).verdict().findings()).extracting(Finding::where).containsExactly("out[0]", "out[1]");
        assertThat(AbiAssert.that(MachineCode.of("mov eax, [rsi + 4]\nmov [rdi], eax\nret")).contract(contract)
                .against(swaps).verdict().findings()).extracting(Finding::where).containsExactly("out[1]");
    }

    @Test
    void a_number_that_is_none_is_like_another() {
        String contract = "arguments=x:f64 y:f64 result=f64";
        Model sum = given -> Double.doubleToRawLongBits(given.number("x") + given.number("y"));

        AbiAssert.that(MachineCode.of("addsd xmm1, xmm0\nmovapd xmm0, xmm1\nret")).contract(contract).against(sum)
                .holds();
        assertThat(AbiAssert.that(MachineCode.of("subsd xmm0, xmm1\nret")).contract(contract).against(sum).verdict()
                .findings()).extracting(Finding::rule).containsExactly(Rule.WRONG_RESULT);
    }

    @Test
    void a_contract_names_another_function(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("half.c"), """
                unsigned half(unsigned x) { return x / 2; }
                unsigned half_by_shift(unsigned x) { return (unsigned) ((int) x >> 1); }
                unsigned half_shifted(unsigned x) { return x >> 1; }
                """);
        String contract = "arguments=x:u32 result=u32 same=half";

        AbiAssert.that(source, "half_shifted").contract(contract).holds();
        assertThat(AbiAssert.that(source, "half_by_shift").contract(contract).verdict().findings())
                .extracting(Finding::rule).containsExactly(Rule.WRONG_RESULT);
    }

    @Test
    void a_name_that_a_model_does_not_have_is_said() {
        AbiCheck check = AbiAssert.that(MachineCode.of("xor eax, eax\nret")).contract("arguments=a:u64 result=u64");

        assertThatThrownBy(check.against(given -> given.value("b"))::holds)
                .hasMessage("no argument of this name, argument=b, arguments=[a]");
        assertThatThrownBy(check.against(given -> given.memory("a").byteSize())::holds)
                .hasMessage("no pointer, argument=a:u64");
    }

    @Test
    void a_slow_function_gets_fewer_cases() {
        MemorySegment slow = MachineCode.of("mov ecx, 3000000\n.again: dec ecx\njnz .again\nmov rax, rdi\nret");
        long begin = System.nanoTime();

        Verdict verdict = AbiAssert.that(slow).contract("arguments=a:u64 result=u64").within(Duration.ofSeconds(1))
                .holds();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        assertThat(verdict.assumed()).singleElement().asString().startsWith("the time was over after 1 s: ")
                .containsPattern("[1-9]\\d* of 1,000 cases").endsWith(" of 50,000 pairs in batches");
        assertThat(AbiAssert.that(MachineCode.of("mov rax, rdi\nret")).contract("arguments=a:u64 result=u64").holds()
                .assumed()).isEmpty();
    }

    @Test
    void a_call_gives_what_the_function_returns() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_LONG, 3, 4, 5);
            MemorySegment last = MachineCode.of("mov rax, [rdi + rsi * 8]\nmov qword [rdi], 7\nret");

            assertThat(AbiAssert.call(last, FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG), data, 2L))
                    .isEqualTo(5L);
            assertThat(data.get(JAVA_LONG, 0)).isEqualTo(7);
        }
        assertThat(AbiAssert.call(MachineCode.of("movsx eax, dil\nneg eax\nret"),
                FunctionDescriptor.of(JAVA_BYTE, JAVA_BYTE), (byte) 5)).isEqualTo((byte) -5);
        assertThat(AbiAssert.call(MachineCode.of("mulsd xmm0, xmm1\nret"),
                FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE), 2.0, 1.5)).isEqualTo(3.0);
        assertThat(AbiAssert.call(MachineCode.of("movss xmm0, [rsp + 8]\nret"), FunctionDescriptor.of(JAVA_FLOAT,
                JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT, JAVA_FLOAT,
                JAVA_FLOAT), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f)).isEqualTo(9f);
        assertThat(AbiAssert.call(MachineCode.of("ret"), FunctionDescriptor.ofVoid())).isNull();
        assertThat(AbiAssert.call(Linker.nativeLinker().defaultLookup().findOrThrow("getpid"),
                FunctionDescriptor.of(JAVA_INT))).isEqualTo((int) ProcessHandle.current().pid());
    }

    @Test
    void a_call_that_breaks_a_rule_fails() {
        FunctionDescriptor nothing = FunctionDescriptor.ofVoid();

        assertThatThrownBy(() -> AbiAssert.call(MachineCode.of("xor ebx, ebx\nret"), nothing))
                .isInstanceOf(AssertionError.class).hasMessageContaining("function: callee-saved: rbx");
        assertThatThrownBy(() -> AbiAssert.call(MachineCode.of("mov eax, [abs 0]\nret"), nothing))
                .isInstanceOf(AssertionError.class).hasMessageContaining("function: crash: SIGSEGV");
        assertThatThrownBy(() -> AbiAssert.call(MachineCode.of("ret"), FunctionDescriptor.ofVoid(JAVA_INT), 1L))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("argument 0 is a Long, and the descriptor wants i4");
        assertThatThrownBy(() -> AbiAssert.call(MachineCode.of("ret"), FunctionDescriptor.ofVoid(ADDRESS),
                MemorySegment.ofArray(new long[1]))).hasMessageContaining("a segment on the heap");
    }

    /// What fills a buffer is in this process, and the function in another.
    @Test
    void a_filler_stays_here() {
        assertThatThrownBy(AbiAssert.that(MachineCode.of("ret")).contract("arguments=ctx:inout[8] result=void")
                .fill("ctx", memory -> memory.set(JAVA_LONG, 0, 1)).isolated()::verdict)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("isolated() and fill(\"ctx\") exclude each other");
    }

    /// Lengths have many cases of their own: there is no time for them either.
    @Test
    void a_slow_function_with_lengths_is_given_up_in_time() {
        Verdict verdict = AbiAssert.that(MachineCode.of("mov ecx, 4000000\n.again: dec ecx\njnz .again\nret"))
                .contract("arguments=d:in[n bytes] n:u64{0..64} result=void").within(Duration.ofMillis(300)).verdict();

        assertThat(verdict.calls()).isLessThan(240);
        assertThat(verdict.toString()).startsWith("holds");
    }

    @Test
    void a_stub_that_calls_java_is_refused() throws ReflectiveOperationException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stub = Linker.nativeLinker().upcallStub(MethodHandles.lookup().findStatic(Math.class, "abs",
                    MethodType.methodType(long.class, long.class)), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG), arena);
            FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);

            assertThatThrownBy(AbiAssert.that(stub).contract("arguments=x:u64 result=u64")::holds)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is a stub that calls Java");
            assertThatThrownBy(() -> AbiAssert.call(stub, descriptor, -1L))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is a stub that calls Java");
        }
        assertThat(AbiAssert.call(MachineCode.of("push rbp\nmov rbp, rsp\npop rbp\nret"),
                FunctionDescriptor.ofVoid())).isNull();
    }

    /// The call is made once: a counter says so.
    @Test
    void a_call_is_one_call() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment counter = arena.allocate(8);
            AbiAssert.call(MachineCode.of("inc qword [rdi]\nret"), FunctionDescriptor.ofVoid(ADDRESS), counter);

            assertThat(counter.get(JAVA_LONG, 0)).isEqualTo(1);
        }
    }
}
