package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.crossing.Crossing;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.support.MachineCode;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a routine finds is what it was given, what it leaves is what is captured, and the JVM gets back what is its
/// own.
class ProbeTest {

    /// MXCSR, the x87 control word and RFLAGS, as a C function finds them.
    private static final MethodHandle CONTROL = Linker.nativeLinker().downcallHandle(MachineCode.of("""
                push    0
                stmxcsr [rsp]
                fnstcw  [rsp + 4]
                pushfq
                pop     rax
                and     eax, 0x40400
                shl     rax, 32
                xor     rax, [rsp]
                add     rsp, 8
                ret
            """), FunctionDescriptor.of(JAVA_LONG));

    /// The x87 tag word as FNSTENV has it.
    private static final MethodHandle X87_TAG = Linker.nativeLinker().downcallHandle(MachineCode.of("""
                sub     rsp, 40
                fnstenv [rsp]
                movzx   eax, word [rsp + 8]
                fldenv  [rsp]
                add     rsp, 40
                ret
            """), FunctionDescriptor.of(JAVA_LONG));

    private final RandomGenerator random = RandomGenerator.getDefault();
    private final long control = control();
    private final Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());

    private static long control() {
        try {
            return (long) CONTROL.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void the_jvm_has_its_control_state() throws Throwable {
        assertThat(control()).isEqualTo(control);
        assertThat((long) X87_TAG.invokeExact()).isEqualTo(State.X87_EMPTY);
    }

    private void fill() {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, random.nextLong());
        }
        probe.before().setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        for (int n = 0; n < probe.available().registers(); n++) {
            for (int lane = 0; lane < probe.available().lanes(); lane++) {
                probe.stateBefore().setVector(n, lane, random.nextLong());
            }
        }
        for (int n = 0; n < probe.available().masks(); n++) {
            probe.stateBefore().setMask(n, random.nextLong());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_routine_that_does_nothing_leaves_what_it_found(boolean clean) {
        fill();
        probe.setClean(clean);

        probe.call(MachineCode.of("ret"));

        for (Gpr register : Gpr.values()) {
            assertThat(probe.after().get(register)).as(register.toString()).isEqualTo(probe.before().get(register));
        }
        assertThat(probe.after().rflags() & Registers.ARITHMETIC_FLAGS).isEqualTo(probe.before().rflags());
        State after = probe.stateAfter();
        for (int n = 0; n < probe.available().registers(); n++) {
            for (int lane = 0; lane < probe.available().lanes(); lane++) {
                long given = probe.stateBefore().vector(n, lane);
                assertThat(after.vector(n, lane)).as("vector %d lane %d", n, lane)
                        .isEqualTo(clean && n < 16 && lane > 1 ? 0 : given);
            }
        }
        for (int n = 0; n < probe.available().masks(); n++) {
            assertThat(after.mask(n)).isEqualTo(probe.stateBefore().mask(n));
        }
        assertThat(after.mxcsr()).isEqualTo(State.MXCSR_DEFAULT);
        assertThat(after.x87Control()).isEqualTo(State.X87_DEFAULT);
        assertThat(after.x87Tag()).isEqualTo(State.X87_EMPTY);
    }

    /// What a lesser processor has, as far as this one can stand in for it.
    @ParameterizedTest
    @EnumSource
    void vectors_as_a_lesser_processor_has_them(Vectors vectors) {
        assumeTrue(vectors.compareTo(probe.available()) <= 0);
        fill();
        probe.look(vectors);
        probe.call(MachineCode.of("not rbx\npcmpeqd xmm5, xmm5\nret"));

        assertThat(probe.after().get(Gpr.RBX)).isEqualTo(~probe.before().get(Gpr.RBX));
        for (int n = 0; n < vectors.registers(); n++) {
            for (int lane = 0; lane < vectors.lanes(); lane++) {
                assertThat(probe.stateAfter().vector(n, lane)).as("vector %d lane %d", n, lane)
                        .isEqualTo(n == 5 && lane < 2 ? -1 : probe.stateBefore().vector(n, lane));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RSP")
    void every_register_is_called_by_its_name(Gpr register) {
        fill();
        probe.call(MachineCode.of("mov " + register + ", 0x123456789abcdef\nret"));

        for (Gpr other : Gpr.values()) {
            assertThat(probe.after().get(other)).as(other.toString())
                    .isEqualTo(other == register ? 0x123456789abcdefL : probe.before().get(other));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"RSP", "RAX"})
    void every_register_is_given_by_its_name(Gpr register) {
        fill();
        probe.call(MachineCode.of("mov rax, " + register + "\nret"));

        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(probe.before().get(register));
    }

    @Test
    void every_vector_is_called_by_its_name() {
        for (int n = 0; n < 16; n++) {
            fill();
            probe.call(MachineCode.of("mov eax, 42\nmovq xmm%d, rax\nret".formatted(n)));

            for (int other = 0; other < probe.available().registers(); other++) {
                assertThat(probe.stateAfter().vector(other, 0)).as("vector %d", other)
                        .isEqualTo(other == n ? 42 : probe.stateBefore().vector(other, 0));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "std",
        "push 0x202\nor dword [rsp], 0x40000\npopfq",
        "push 0x3f80\nldmxcsr [rsp]\nadd rsp, 8",
        "push 0xffc0\nldmxcsr [rsp]\nadd rsp, 8",
        "push 0xf7f\nfldcw [rsp]\nadd rsp, 8",
        "fld1",
        "fld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1\nfld1",
        "movd mm0, eax",
        "std\nfld1\nxor ebx, ebx\nxor ebp, ebp\nxor r12d, r12d\nxor r13d, r13d\nxor r14d, r14d\nxor r15d, r15d"
    })
    void what_a_routine_leaves_is_undone(String routine) {
        fill();
        for (int i = 0; i < 100; i++) {
            probe.call(MachineCode.of(routine + "\nret"));
        }
        probe.look(Vectors.NONE);
        probe.call(MachineCode.of(routine + "\nret"));
        assertThatThrownBy(() -> probe.call(MachineCode.of(routine + "\nud2"))).isInstanceOf(WrapperPanic.class);
        assertThatThrownBy(() -> probe.batch(MachineCode.of(routine + "\nud2"), Batch.sysv(1), 10))
                .isInstanceOf(WrapperPanic.class);
    }

    /// What a routine changes once in 64 calls, a batch finds, and stops there.
    @ParameterizedTest
    @ValueSource(strings = {
        "not rbx", "not rbp", "not r12", "not r13", "not r14", "not r15",
        "std", "push 0x202\nor dword [rsp], 0x40000\npopfq", "push 0x202\nor dword [rsp], 0x200000\npopfq",
        "push 0x3f80\nldmxcsr [rsp]\nadd rsp, 8", "push 0x27f\nfldcw [rsp]\nadd rsp, 8", "fld1",
        "not qword [rsp + 8]", "not qword [rsp + 512]", "pop rcx\nadd rsp, 8\njmp rcx", "pop rcx\npush rcx\npush rcx",
        "vcmptrueps ymm7, ymm7, ymm7"
    })
    void a_batch_finds_what_is_rare(String breach) {
        findsWhatIsRare(breach);
    }

    /// The same of a processor that does not say what is in use, and cannot read FS base.
    @ParameterizedTest
    @ValueSource(strings = {
        "not r12", "std", "push 0x27f\nfldcw [rsp]\nadd rsp, 8", "fld1", "movd mm0, eax", "not qword [rsp + 8]",
        "vcmptrueps ymm7, ymm7, ymm7"
    })
    void a_batch_finds_what_is_rare_on_a_lesser_processor(String breach) {
        for (int feature : new int[] {Features.X87, Features.X87 | Features.XINUSE, Features.FSGSBASE, -1}) {
            probe.restrict(~feature);
            findsWhatIsRare(breach);
        }
    }

    private void findsWhatIsRare(String breach) {
        assumeTrue(!breach.contains("ymm") || Vectors.available().compareTo(Vectors.YMM) >= 0, "needs AVX");
        fill();
        long held = probe.batch(MachineCode.of("test dil, 0x3f\njnz .holds\n" + breach + "\n.holds: ret"),
                Batch.sysv(random.nextLong()), 10_000);

        assertThat(held).isLessThan(20_000);
        assertThat(probe.before().get(Gpr.RDI) & 0x3f).isZero();
    }

    /// Without vectors too, but not at the very call: XINUSE is asked once for four cases, until x87 was used.
    @ParameterizedTest
    @ValueSource(strings = {"fld1", "movd mm0, eax"})
    void a_batch_without_vectors_finds_x87_registers_in_use(String breach) {
        assumeTrue(Features.of(Image.shim()).has(Features.X87));
        probe.look(Vectors.NONE);
        long held = probe.batch(MachineCode.of("test dil, 0x3f\njnz .holds\n" + breach + "\n.holds: ret"),
                Batch.sysv(random.nextLong()), 10_000);
        assertThat(held).isLessThan(20_000);
        assertThat(probe.stateAfter().x87Tag()).isNotEqualTo(State.X87_EMPTY);

        for (int calls = 2; calls < 20; calls += 2) {
            held = probe.batch(MachineCode.of(breach + "\nret"), Batch.sysv(random.nextLong()), calls / 2);
            assertThat(held).isLessThan(calls);
            assertThat(probe.stateAfter().x87Tag()).isNotEqualTo(State.X87_EMPTY);
        }
        held = probe.batch(MachineCode.of("fld1\nfstp st0\nret"), Batch.sysv(random.nextLong()), 1000);
        assertThat(held).isEqualTo(2000);
        held = probe.batch(MachineCode.of("movd mm0, eax\nemms\nret"), Batch.sysv(random.nextLong()), 1000);
        assertThat(held).isEqualTo(2000);
    }

    @ParameterizedTest
    @EnumSource
    void a_batch_lets_pass_what_is_allowed(Vectors vectors) {
        assumeTrue(vectors.compareTo(probe.available()) <= 0);
        fill();
        probe.look(vectors);
        long held = probe.batch(MachineCode.of("""
                    xor eax, eax
                    xor ecx, ecx
                    xor edx, edx
                    xor esi, esi
                    xor edi, edi
                    xor r8d, r8d
                    xor r9d, r9d
                    xor r10d, r10d
                    xor r11d, r11d
                    pxor xmm0, xmm0
                    mov [rsp - 8], rax
                    push rbx
                    pop rbx
                    stc
                    ret
                """), Batch.sysv(random.nextLong()), 1000);

        assertThat(held).isEqualTo(2000);
    }

    /// The second call of a case has the complement of the first, and the same bits where it is told.
    @Test
    void a_batch_complements() {
        long[] none = new long[16];
        long[] same = none.clone();
        same[Gpr.RDI.ordinal()] = 0xff;
        Batch batch = new Batch(7, same, none, none, 0, Batch.Looked.CLEAN, -1, -1, 0);
        fill();

        assertThat(probe.batch(MachineCode.of("movzx eax, dil\nret"), batch, 1000)).isEqualTo(2000);
        assertThat(probe.batch(MachineCode.of("mov eax, edi\nret"), batch, 1000)).isEqualTo(1);
        assertThat(probe.firstResult() ^ probe.after().get(Gpr.RAX)).isEqualTo(0xffffff00L);
        assertThat(probe.batch(MachineCode.of("mov eax, 0\nsetc al\nret"), batch, 1000)).isEqualTo(1);
        assertThat(probe.batch(MachineCode.of("movq rax, xmm3\nret"), batch, 1000)).isEqualTo(1);
    }

    @Test
    void values_of_a_batch_differ() {
        fill();
        long first = valueOf(1);
        long again = valueOf(1);
        long other = valueOf(2);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThat(LongStream.of(first, ~first, 0, -1)).doesNotHaveDuplicates();
    }

    private long valueOf(long seed) {
        probe.batch(MachineCode.of("ret"), Batch.sysv(seed), 100);
        return probe.before().get(Gpr.R9);
    }

    private static final String LOSES_FS = "xor eax, eax\nmov fs, eax\n";
    private static final String SETS_FS = "push rdi\npush rsi\nmov edi, 0x1002\nmov rsi, rsp\nmov eax, 158\n"
            + "syscall\npop rsi\npop rdi\n";
    private static final String SETS_GS = SETS_FS.replace("0x1002", "0x1001");

    /// As this processor is, and as one would be that has neither RDFSBASE nor XGETBV(1).
    static Stream<Arguments> segments() {
        return Stream.of(LOSES_FS, SETS_FS, SETS_GS).flatMap(routine -> Stream.of(
                Arguments.of(routine, -1), Arguments.of(routine, ~(Features.FSGSBASE | Features.XINUSE))));
    }

    @ParameterizedTest
    @MethodSource("segments")
    void a_segment_base_is_seen_and_put_back(String change, int processor) {
        fill();
        probe.restrict(processor);
        probe.call(MachineCode.of(change + "ret"));
        assertThat(bases(probe.stateAfter())).isNotEqualTo(bases(probe.stateBefore()));
        probe.call(MachineCode.of("ret"));
        assertThat(bases(probe.stateAfter())).isEqualTo(bases(probe.stateBefore()));

        for (Vectors vectors : new Vectors[] {Vectors.NONE, probe.available()}) {
            probe.look(vectors);
            boolean atOnce = change.equals(SETS_GS) && processor != -1;
            long held = probe.batch(MachineCode.of("test dil, 0x3f\njnz .holds\n" + change + ".holds: ret"),
                    Batch.sysv(random.nextLong()), 10_000);
            assertThat(bases(probe.stateAfter())).isNotEqualTo(bases(probe.stateBefore()));
            assertThat(held < 20_000).isEqualTo(!atOnce);
        }
        for (String end : new String[] {"ud2", "xor esp, esp\npush rax", "pop rcx\nxor esp, esp\njmp rcx", "jmp $"}) {
            assertThatExceptionOfType(WrapperCrash.class)
                    .isThrownBy(() -> probe.call(MachineCode.of(change + end)));
            assertThat(bases(probe.stateAfter())).isNotEqualTo(bases(probe.stateBefore()));
        }
        probe.setSteps(200);
        probe.call(MachineCode.of(change + "ret"));
        assertThat(bases(probe.stateAfter())).isNotEqualTo(bases(probe.stateBefore()));
    }

    private static List<Long> bases(State state) {
        return List.of(state.fsBase(), state.gsBase());
    }

    /// The trap flag is the lab's.
    @Test
    void flags_that_are_pushed_in_a_step_are_the_routines() {
        probe.setSteps(200);
        probe.call(MachineCode.of("nop\npushfq\npop rax\npushfq\npop rcx\nnop\nret"));

        assertThat(probe.after().get(Gpr.RAX) & 0x100).isZero();
        assertThat(probe.after().get(Gpr.RCX) & 0x100).isZero();

        MemorySegment restored = MachineCode.of("pushfq\npopfq\n" + "nop\n".repeat(50) + "ret");
        probe.call(restored);
        probe.setSteps(30);
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(restored));
    }

    @Test
    void where_it_did_not_end() {
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("call $")))
                .satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.STACK_OVERFLOW));
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("""
                    mov eax, 0x10
                    jmp rax
                """))).satisfies(crash -> assertThat(crash).hasMessageContaining("jump to 0x10"));
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("""
                    xor esp, esp
                    push rax
                """))).satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.SIGNAL));
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("""
                    pop rax
                    mov rsp, 0x7000000000000000
                    jmp rax
                """))).satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.LOST_STACK));
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("""
                    xor eax, eax
                    cdq
                    xor ecx, ecx
                    div ecx
                """))).satisfies(crash -> assertThat(crash).hasMessageContaining("SIGFPE"));
        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("""
                    std
                    push 0x40302
                    popfq
                    nop
                """))).satisfies(crash -> assertThat(crash).hasMessageContaining("SIGTRAP"));
    }

    @Test
    void what_does_not_end_is_given_up() {
        long start = System.nanoTime();

        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("jmp $")))
                .satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.HANG));
        assertThat(System.nanoTime() - start).isGreaterThan(Watchdog.BUSY.toNanos() / 2);
        probe.call(MachineCode.of("ret"));
    }

    @Test
    void a_budget_of_machine_instructions() {
        probe.setSteps(60);
        probe.call(MachineCode.of("mov ecx, 5\n.next: dec ecx\njnz .next\nret"));
        probe.setSteps(60);
        assertThatExceptionOfType(WrapperCrash.class)
                .isThrownBy(() -> probe.call(MachineCode.of("mov ecx, 50\n.next: dec ecx\njnz .next\nret")))
                .satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.STEPS));
        probe.setSteps(0);
        probe.call(MachineCode.of("mov ecx, 50\n.next: dec ecx\njnz .next\nret"));
    }

    /// Whatever is set: it is what the routine finds, or it is refused, and the JVM lives.
    @Test
    void anything_may_be_set() {
        long[] all = new long[32 * State.LANES];
        for (int i = 0; i < 2000; i++) {
            fill();
            probe.before().setRflags(random.nextLong());
            State before = probe.stateBefore();
            int value = random.nextInt() >>> random.nextInt(32);
            try {
                before.setMxcsr(value);
                assertThat(before.mxcsr()).isEqualTo(value).isBetween(0, 0xffff);
            } catch (IllegalArgumentException e) {
                assertThat(value >>> 16).isNotZero();
            }
            before.setX87Control(random.nextInt());
            before.setMask(random.nextInt(8), random.nextLong());
            Arrays.setAll(all, _ -> random.nextLong());
            before.setVectors(all);
            probe.setSteps(i % 100 == 0 ? random.nextLong() >>> 1 : 0);

            probe.call(MachineCode.of("ret"));

            assertThat(probe.stateAfter().mxcsr()).isEqualTo(before.mxcsr());
            assertThat(probe.stateAfter().x87Control()).isEqualTo(before.x87Control());
            long rflags = probe.before().rflags();
            assertThat((probe.after().rflags() ^ rflags) & ~0x302L).isZero();
            assertThat(probe.batch(MachineCode.of("ret"), Batch.sysv(random.nextLong()), 2)).isEqualTo(4);
        }
        assertThatThrownBy(() -> probe.stateBefore().setMxcsr(0x10000)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MXCSR has bits 15:0 only, value=0x10000");
        assertThatThrownBy(() -> probe.setSteps(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> probe.batch(MachineCode.of("ret"), Batch.sysv(1), -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Batch(0, new long[16], new long[17], new long[16], 0,
                Batch.Looked.CLEAN, 0, -1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        for (int n : new int[] {-1, 32}) {
            assertThatThrownBy(() -> probe.stateBefore().setVector(n, 0, 1))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> probe.stateBefore().setMask(n, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> probe.stateBefore().setVector(0, 8, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void the_stack_moves() {
        long top = probe.frame().address();
        for (int depth : new int[] {0, 8, 16, 4088, (1 << 16) - 8}) {
            probe.setDepth(depth);
            probe.call(MachineCode.of("mov rax, rsp\nret"));

            assertThat(probe.frame().address()).isEqualTo(top - depth);
            assertThat(probe.after().get(Gpr.RAX)).isEqualTo(top - depth - 8);
            assertThat(probe.stack().address() + probe.stack().byteSize()).isEqualTo(top - depth);
            assertThat(probe.batch(MachineCode.of("ret"), Batch.sysv(1), 10)).isEqualTo(20);
        }
        for (int depth : new int[] {-8, 1, 4, 20, 1 << 16, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> probe.setDepth(depth)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not so deep, bytes=" + depth);
        }
    }

    /// The value is stored below RSP and loaded by the next instruction; it is there unless an interrupt came.
    @Test
    void an_interrupt_comes_between_two_instructions() {
        long[] words = random.longs(Probe.INTERRUPT_WORDS).toArray();
        String routine = "mov [rsp - %1$d], rdi\nmov rax, [rsp - %1$d]\nret";

        assertThat(interrupted(-1, words, routine.formatted(8))).isEqualTo(probe.before().get(Gpr.RDI));
        assertThat(interrupted(0, words, routine.formatted(8))).isEqualTo(words[0]);
        assertThat(interrupted(0, words, routine.formatted(8 * words.length))).isEqualTo(words[words.length - 1]);
        assertThat(interrupted(0, words, routine.formatted(8 * words.length + 8)))
                .isEqualTo(probe.before().get(Gpr.RDI));
        assertThat(interrupted(128, words, routine.formatted(128))).isEqualTo(probe.before().get(Gpr.RDI));
        assertThat(interrupted(128, words, routine.formatted(136))).isEqualTo(words[0]);
        assertThat(interrupted(0, words, "push rdi\npop rax\nret")).isEqualTo(probe.before().get(Gpr.RDI));
    }

    private long interrupted(int owned, long[] words, String routine) {
        fill();
        probe.setSteps(200);
        probe.setInterrupts(owned, words);
        probe.call(MachineCode.of(routine));
        return probe.after().get(Gpr.RAX);
    }

    /// Arguments on the stack belong to the routine; what is above them does not.
    @Test
    void a_batch_lets_a_routine_have_its_words() {
        fill();
        probe.frame().setAtIndex(JAVA_LONG, 0, 42);
        String takes = "mov rax, [rsp + 8]\nnot qword [rsp + %d]\nret";

        assertThat(probe.batch(MachineCode.of(takes.formatted(8)), withWords(2), 1000)).isEqualTo(2000);
        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(42);
        assertThat(probe.batch(MachineCode.of(takes.formatted(16)), withWords(2), 1000)).isEqualTo(2000);
        assertThat(probe.batch(MachineCode.of(takes.formatted(24)), withWords(2), 1000)).isZero();
        assertThat(probe.batch(MachineCode.of(takes.formatted(8)), withWords(0), 1000)).isZero();
    }

    private static Batch withWords(int own) {
        Batch sysv = Batch.sysv(7);
        return new Batch(7, sysv.same(), sysv.fixed(), sysv.keep(), sysv.keepFlags(), Batch.Looked.CLEAN, -1, -1, own);
    }

    @Test
    void a_script_records_all_state_at_the_instruction() {
        Script script = Script.of(Image.shim(), Arena.ofAuto());
        script.clear();
        script.recordVectors(probe.available());
        Probe scripted = new Probe(script, Arena.ofAuto());
        for (int n = 0; n < scripted.available().registers(); n++) {
            for (int lane = 0; lane < scripted.available().lanes(); lane++) {
                scripted.stateBefore().setVector(n, lane, random.nextLong());
            }
        }
        scripted.before().set(Gpr.R9, 99);

        scripted.call("tdcall_trampoline_all");

        assertThat(script.executions()).isOne();
        assertThat(script.execution(0).registers().get(Gpr.R9)).isEqualTo(99);
        assertThat(script.firstState().mxcsr()).isEqualTo(State.MXCSR_DEFAULT);
        assertThat(script.firstState().x87Control()).isEqualTo(State.X87_DEFAULT);
        for (int n = 0; n < scripted.available().registers(); n++) {
            for (int lane = 0; lane < scripted.available().lanes(); lane++) {
                assertThat(script.firstState().vector(n, lane)).isEqualTo(scripted.stateBefore().vector(n, lane));
                assertThat(scripted.stateAfter().vector(n, lane)).isEqualTo(scripted.stateBefore().vector(n, lane));
            }
        }
    }

    @Test
    void a_probe_in_use_says_so() {
        Probe[] itself = new Probe[1];
        itself[0] = new Probe(Crossing.to(Image.shim(), _ -> itself[0].call(MachineCode.of("ret")), Arena.global()));

        assertThatThrownBy(() -> itself[0].call("tdcall_trampoline_all")).isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the probe is in use");
    }

    /// A routine that blocks the signal of the watchdog; and what hangs next on the same thread.
    @Test
    void the_signal_mask_is_put_back() {
        probe.call(MachineCode.of("""
                    push    rbx
                    mov     rbx, rsp
                    push    1 << 22                 ; SIGURG
                    mov     eax, 14                 ; rt_sigprocmask
                    xor     edi, edi                ; SIG_BLOCK
                    mov     rsi, rsp
                    xor     edx, edx
                    mov     r10d, 8
                    syscall
                    mov     rsp, rbx
                    pop     rbx
                    ret
                """));

        assertThatExceptionOfType(WrapperCrash.class).isThrownBy(() -> probe.call(MachineCode.of("jmp $")))
                .satisfies(crash -> assertThat(crash.kind()).isEqualTo(WrapperCrash.Kind.HANG));
    }

    @Test
    void registers_keep_their_memory() {
        Registers after = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto()).after();
        for (int i = 0; i < 5; i++) {
            System.gc();
        }

        assertThat(after.get(Gpr.RAX)).isZero();
    }

    /// Each call is short, and all together take longer than one may.
    @Test
    void a_long_batch_is_not_a_hang() {
        probe.look(Vectors.NONE);

        assertThat(probe.batch(MachineCode.of("mov ecx, 1000\n.next: dec ecx\njnz .next\nret"), Batch.sysv(1),
                2_000_000)).isEqualTo(4_000_000);
    }
}
