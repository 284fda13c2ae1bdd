package dev.trampette.verify.trial;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.abi.AbiAssert;
import dev.trampette.call.UpcallException;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Verdict;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A function that calls Java by a pointer that no contract names is refused; where it has machine code instead, or
/// does not call, it holds. A mistake here ends the JVM of the test.
class LookoutTest {

    private static final Linker LINKER = Linker.nativeLinker();
    /// Calls what its argument points to.
    private static final String THROUGH_A_STRUCTURE = "sub rsp, 8\n%s\ncall [rdi]\n.out: add rsp, 8\nret";
    private static final String CONTRACT = "arguments=ctx:in[1xu64] n:u64";
    private static final MemorySegment NOTHING = MachineCode.of("ret");

    private static int compare(MemorySegment one, MemorySegment other) {
        return Integer.compare(one.get(JAVA_INT, 0), other.get(JAVA_INT, 0));
    }

    /// A comparator in Java.
    private static MemorySegment stub(Arena arena) {
        try {
            var pointer = ADDRESS.withTargetLayout(JAVA_INT);
            return LINKER.upcallStub(MethodHandles.lookup().findStatic(LookoutTest.class, "compare",
                    MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class)),
                    FunctionDescriptor.of(JAVA_INT, pointer, pointer), arena);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Verdict inStructure(String before, MemorySegment callee) {
        return AbiAssert.that(MachineCode.of(THROUGH_A_STRUCTURE.formatted(before))).contract(CONTRACT)
                .fill("ctx", memory -> memory.set(ADDRESS, 0, callee)).cases(50).verdict();
    }

    private static void assertRefused(String place, ThrowingCallable check) {
        assertThatThrownBy(check).isInstanceOf(UpcallException.class).hasMessageContaining("calls Java at " + place)
                .hasMessageContaining("cannot run on the stack of a check");
    }

    @Test
    void a_stub_in_a_structure() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stub = stub(arena);
            assertRefused("function+0x4", () -> inStructure("", stub));
            assertThat(inStructure("", NOTHING).toString()).isEqualTo("holds");
            assertThat(inStructure("jmp .out", stub).toString()).startsWith("holds");
        }
    }

    /// The first cases do not come there; what looks for a way there does, and it goes step by step.
    @Test
    void behind_a_rare_branch() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stub = stub(arena);
            String rare = "cmp rsi, 0x12345\njne .out";
            assertRefused("function+0xd", () -> inStructure(rare, stub));
            assertThat(inStructure(rare, NOTHING).toString()).isEqualTo("holds");
        }
    }

    @Test
    void a_stub_in_a_variable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment jumps = MachineCode.of("mov rax, %d\njmp rax".formatted(stub(arena).address()));
            assertRefused("function+0xa", () -> AbiAssert.that(jumps).verdict());
        }
    }

    /// What is compared with a function is called in the same way.
    @Test
    void a_model_that_calls_java() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment jumps = MachineCode.of("mov rax, %d\njmp rax".formatted(stub(arena).address()));
            assertRefused("the other function+0xa", () -> AbiAssert.that(NOTHING).against(jumps).verdict());
        }
    }

    @Test
    void a_comparator_of_the_c_library() {
        MemorySegment qsort = LINKER.defaultLookup().findOrThrow("qsort");
        FunctionDescriptor descriptor = FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 3, 1, 2);
            MemorySegment stub = stub(arena);
            MemorySegment code = MachineCode.of("mov eax, [rdi]\nsub eax, [rsi]\nret");

            assertRefused("libc", () -> AbiAssert.call(qsort, descriptor, numbers, 3L, 4L, stub));
            assertRefused("libc", () -> AbiAssert.that(qsort).contract(
                    "arguments=base:inout[4xi32] n:u64{4..4} size:u64{4..4} compare:u64{%d..%1$d} result=void"
                            .formatted(stub.address())).verdict());

            AbiAssert.call(qsort, descriptor, numbers, 3L, 4L, code);
            assertThat(numbers.toArray(JAVA_INT)).containsExactly(1, 2, 3);
        }
    }

    /// The C library blocks all signals while it starts a thread: a step there would end the process.
    @Test
    void a_function_that_starts_a_thread() {
        String call = "mov rax, %d\ncall rax\n";
        MemorySegment starts = MachineCode.of(("sub rsp, 24\nmov ecx, edi\nlea rdi, [rsp + 8]\nxor esi, esi\n"
                + "lea rdx, [rel .other]\n" + call + "mov rdi, [rsp + 8]\nmov rsi, rsp\n" + call
                + "mov rax, [rsp]\nadd rsp, 24\nret\n.other: lea rax, [rdi + 1]\nret").formatted(
                LINKER.defaultLookup().findOrThrow("pthread_create").address(),
                LINKER.defaultLookup().findOrThrow("pthread_join").address()));

        assertThat(AbiAssert.call(starts, FunctionDescriptor.of(JAVA_LONG, JAVA_INT), 7)).isEqualTo(8L);
        assertThat(AbiAssert.that(starts).contract("arguments=n:u32 result=u64").cases(10).verdict().holds()).isTrue();
    }

    /// A call that is stepped at first goes on at full speed.
    @Test
    void a_long_call_comes_to_its_end() {
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
        assertThat(AbiAssert.call(MachineCode.of("xor eax, eax\n.again: pushfq\npopfq\ninc rax\ncmp rax, rdi\njb .again"
                + "\nret"), descriptor, 10 * Lookout.STEPS)).isEqualTo(10 * Lookout.STEPS);
    }
}
