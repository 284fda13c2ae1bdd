package dev.trampette.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trampette.call.Result;
import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.crossing.Crossing;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import dev.trampette.support.Disturbance;
import dev.trampette.support.MachineCode;
import dev.trampette.support.Sample;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Routines that crash in every way, and a JVM that does not notice: its null checks, stack overflows, safepoints and
/// collections come by the same signals.
@Timeout(120)
class ContainmentTest {

    private static final int CRASHES = Sample.of(100_000, 20_000);

    private static final List<String> WAYS = List.of(
            "xor eax, eax\nmov rax, [rax]\nret",
            "ud2",
            "mov eax, 0x10\njmp rax",
            "mov rax, 0x8000000000000000\njmp rax",
            "xor esp, esp\npush rax\nret",
            "mov rsp, 0x7000000000000000\nret",
            "call $",
            "pop rax\nmov rsp, 0x123456789\njmp rax",
            "xor eax, eax\ncdq\nxor ecx, ecx\ndiv ecx\nret",
            "push 0x302\npopfq\nnop\nret",
            "int3",
            "std\nfld1\nxor ebp, ebp\nxor r12d, r12d\nxor r15d, r15d\nud2",
            "hlt",
            "xor eax, eax\nmov fs, eax\nud2",
            "xor eax, eax\nmov fs, eax\nxor esp, esp\npush rax",
            "xor eax, eax\nmov fs, eax\nmov gs, eax\nmov rsp, 0x7000000000000000\nret",
            "xor eax, eax\nmov fs, eax\ncall $");

    @Test
    void crashes_beside_exceptions_and_collections() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService others = Executors.newFixedThreadPool(3)) {
            Future<Long> nullPointers = others.submit(Disturbance.until(done, Disturbance::nullPointer));
            Future<Long> overflows = others.submit(Disturbance.until(done, ContainmentTest::overflow));
            Future<Long> garbage = others.submit(Disturbance.until(done, Disturbance::garbage));

            Map<WrapperCrash.Kind, Integer> kinds = new EnumMap<>(WrapperCrash.Kind.class);
            Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());
            TdGuest td = TdGuest.of(Design.TRAMPOLINE, new TdxModule(new GhciVmm().msr(0x10, 42)));
            for (int i = 0; i < CRASHES; i++) {
                try {
                    probe.call(MachineCode.of(WAYS.get(i % WAYS.size())));
                } catch (WrapperCrash crash) {
                    kinds.merge(crash.kind(), 1, Integer::sum);
                }
                if (i % 100 == 0) {
                    assertThat(Disturbance.nullPointer()).isOne();
                    assertThat(td.readMsr(0x10)).isEqualTo(new Result.Ok<>(42L));
                }
                if (i % 10_000 == 0) {
                    assertThat(overflow()).isOne();
                    System.gc();
                }
            }
            done.set(true);

            assertThat(kinds.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(CRASHES);
            assertThat(kinds.keySet()).contains(WrapperCrash.Kind.PANIC, WrapperCrash.Kind.SIGNAL,
                    WrapperCrash.Kind.JUMP, WrapperCrash.Kind.STACK_OVERFLOW, WrapperCrash.Kind.LOST_STACK);
            assertThat(nullPointers.get()).isPositive();
            assertThat(overflows.get()).isPositive();
            assertThat(garbage.get()).isPositive();
        }
    }

    /// The probe's routine is on a stack of its own; a shim in Java is on the thread's.
    @Test
    void a_shim_in_java_may_overflow_collect_and_throw_below_a_probe() {
        Probe probe = new Probe(Crossing.to(Image.shim(), _ -> {
            assertThat(Disturbance.nullPointer()).isOne();
            assertThat(overflow()).isOne();
            assertThat(Disturbance.garbage()).isOne();
            System.gc();
        }, Arena.global()));

        for (int i = 0; i < 20; i++) {
            probe.before().set(Gpr.RDI, 1);
            probe.call("tdcall_trampoline_all");
        }
    }

    @Test
    void probes_in_many_threads_crash_for_themselves() throws Exception {
        MemorySegment crashes = MachineCode.of("test dil, 1\njz .holds\nud2\n.holds: ret");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                results.add(threads.submit(() -> {
                    Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());
                    int crashed = 0;
                    for (int i = 0; i < 10_000; i++) {
                        probe.before().set(Gpr.RDI, i);
                        try {
                            probe.call(crashes);
                        } catch (WrapperPanic panic) {
                            crashed++;
                        }
                    }
                    return crashed;
                }));
            }
            for (Future<Integer> result : results) {
                assertThat(result.get()).isEqualTo(5000);
            }
        }
    }

    /// Two that hang at once, and two that do not.
    @Test
    void hangs_in_many_threads_are_given_up() throws Exception {
        MemorySegment hangs = MachineCode.of("test dil, 1\njz .holds\njmp $\n.holds: ret");
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<WrapperCrash.Kind>> results = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int rdi = t;
                results.add(threads.submit(() -> {
                    Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());
                    probe.before().set(Gpr.RDI, rdi);
                    try {
                        probe.call(hangs);
                        return null;
                    } catch (WrapperCrash crash) {
                        return crash.kind();
                    }
                }));
            }
            for (int t = 0; t < 4; t++) {
                assertThat(results.get(t).get()).isEqualTo(t % 2 == 0 ? null : WrapperCrash.Kind.HANG);
            }
        }
    }

    /// An instruction that is executed for ever uses up its budget, in Java shims too when they say so.
    @Test
    void an_instruction_for_ever_uses_up_its_budget() {
        Script script = Script.of(Image.shim(), Arena.ofAuto());
        script.clear();
        script.answer(0).flags(Registers.CF);
        script.setBudget(0);
        Probe probe = new Probe(script, Arena.ofAuto());

        assertThat(catchThrowableOfType(WrapperCrash.class,
                () -> probe.call("inline_hlt")).kind()).isEqualTo(WrapperCrash.Kind.BUDGET);
    }

    private static int overflow() {
        try {
            return recurse(0);
        } catch (StackOverflowError e) {
            return 1;
        }
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + depth;
    }
}
