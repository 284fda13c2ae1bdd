package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.ImageException;
import dev.trampette.call.Result;
import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.image.Image;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import dev.trampette.support.ChildJvm;
import dev.trampette.support.MachineCode;
import dev.trampette.support.Sample;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A wrapper that does not return leaves the JVM as it was.
class GuardTest {

    private static final int PANICS = Sample.of(10_000, 2_000);

    private static final Shim REFUSES = registers -> registers.set(Gpr.RAX, 0xC000010000000001L);

    private static Crossing crossing(String image, Shim shim) {
        return Crossing.to(Image.named(image), shim, Arena.global());
    }

    @ParameterizedTest
    @EnumSource
    void many_panics_leave_the_jvm_healthy(Design design) {
        TdGuest broken = TdGuest.of(design, REFUSES);
        TdGuest sound = TdGuest.of(design, new TdxModule(new GhciVmm().msr(0x10, 42)));
        List<byte[]> garbage = new ArrayList<>();
        int panics = 0;
        int nullPointers = 0;
        for (int i = 0; i < PANICS; i++) {
            try {
                assertThat(broken.readMsr(i)).isNull();
            } catch (WrapperPanic panic) {
                panics++;
            }
            nullPointers += provokeNullPointer(i % 2 == 0 ? null : "x");
            garbage.add(new byte[1000]);
            if (i % 1000 == 999) {
                garbage.clear();
                System.gc();
                assertThat(sound.readMsr(0x10)).isEqualTo(new Result.Ok<>(42L));
            }
        }
        assertThat(panics).isEqualTo(PANICS);
        assertThat(nullPointers).isEqualTo(PANICS / 2);
        assertThat(overflow(0)).isPositive();
    }

    /// HotSpot turns a SIGSEGV into this, once it has compiled the method.
    private static int provokeNullPointer(String text) {
        try {
            return text.length() - 1;
        } catch (NullPointerException e) {
            return 1;
        }
    }

    private static int overflow(int depth) {
        try {
            return overflow(depth + 1);
        } catch (StackOverflowError e) {
            return depth;
        }
    }

    @Test
    void a_panic_says_where() {
        assertThatExceptionOfType(WrapperPanic.class)
                .isThrownBy(() -> TdGuest.of(Design.TRAMPOLINE, REFUSES).halt(true))
                .satisfies(panic -> assertThat(panic.place()).matches("tdvmcall_trampoline\\+0x[0-9a-f]+"));
        assertThatExceptionOfType(WrapperPanic.class)
                .isThrownBy(() -> TdGuest.of(Design.INLINE, REFUSES).halt(true))
                .satisfies(panic -> assertThat(panic.place()).startsWith("inline_hlt+"));
    }

    @Test
    void a_crash_in_a_wrapper_is_an_exception() {
        Probe probe = new Probe(crossing("specimens", _ -> { }));

        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(() -> probe.call("null_dereference")).isExactlyInstanceOf(WrapperCrash.class)
                    .hasMessage("SIGSEGV (address 0x0) at null_dereference+0x2");
        }
    }

    @Test
    void a_fault_without_a_fix_up_is_an_exception() {
        Probe probe = new Probe(crossing("specimens",
                registers -> registers.fault(Registers.GP)));

        assertThatThrownBy(() -> probe.call("vmread_no_fixup")).isExactlyInstanceOf(WrapperCrash.class)
                .hasMessage("#GP of the instruction, with no fix-up at vmread_no_fixup+0x0");
    }

    @ParameterizedTest
    @EnumSource
    void what_a_shim_throws_reaches_the_caller(Design design) {
        TdGuest td = TdGuest.of(design, _ -> {
            throw new UnsupportedOperationException("no such leaf");
        });

        assertThatThrownBy(() -> td.writeMsr(1, 2)).isInstanceOf(UnsupportedOperationException.class)
                .hasMessage("no such leaf");
    }

    @Test
    void what_an_error_handler_throws_reaches_the_caller() {
        Probe probe = new Probe(crossing("shim", new Shim() {
            @Override
            public void execute(Registers registers) {
                registers.setArithmeticFlags(Registers.CF);
            }

            @Override
            public void error(VmxError error) {
                throw new IllegalStateException(error.toString());
            }
        }));

        probe.before().set(Gpr.RDI, 77);
        assertThatThrownBy(() -> probe.call("function_vmread")).isInstanceOf(IllegalStateException.class)
                .hasMessage("VMREAD failed, field 0x4d");
        assertThatThrownBy(() -> probe.call("stack_trampoline_vmread")).hasMessage("VMREAD failed, field 0x4d");
    }

    @Test
    void a_checked_exception_of_a_shim_is_kept() {
        Probe probe = new Probe(crossing("shim", _ -> sneak(new IOException("disk"))));

        assertThatThrownBy(() -> probe.call("inline_hlt")).isInstanceOf(IOException.class).hasMessage("disk");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable e) throws T {
        throw (T) e;
    }

    @Test
    void a_shim_may_call_wrappers_and_survive_their_panic() {
        TdGuest inner = TdGuest.of(Design.INLINE, REFUSES);
        TdGuest outer = TdGuest.of(Design.TRAMPOLINE, registers -> {
            assertThatThrownBy(() -> inner.halt(false)).isInstanceOf(WrapperPanic.class);
            registers.set(Gpr.RAX, 0);
            registers.set(Gpr.R10, 0);
            registers.set(Gpr.R11, 99);
        });

        assertThat(outer.readMsr(1)).isEqualTo(new Result.Ok<>(99L));
    }

    @Test
    void a_wrapper_that_sets_the_trap_flag_is_given_up() {
        Probe probe = new Probe(crossing("specimens", _ -> { }));

        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> probe.call("trap_flag")).isExactlyInstanceOf(WrapperCrash.class)
                    .hasMessageStartingWith("SIGTRAP").hasMessageContaining("trap_flag+");
        }
    }

    /// Not by a shim that overflows for want of a bound: the JVM may then end before the shim begins.
    @Test
    void a_stack_overflow_in_a_shim_reaches_the_caller() {
        TdGuest td = TdGuest.of(Design.INLINE, _ -> assertThat(recurse(0)).isNegative());

        assertThatThrownBy(() -> td.halt(true)).isInstanceOf(StackOverflowError.class);
    }

    /// The list is in one place, and this is what it says: ILL TRAP ABRT BUS FPE SEGV URG.
    @Test
    void the_signals_that_are_taken() {
        assertThat(Guard.signals(Image.shim())).containsExactly(4, 5, 6, 7, 8, 11, 23);
    }

    /// A second attempt finds the handlers of others, not the guard's own of the first.
    @Test
    void a_guard_is_installed_for_all_signals_or_for_none() {
        List<Integer> signals = Guard.signals(Image.shim());
        Map<Integer, Long> handlers = new HashMap<>();
        signals.forEach(signal -> handlers.put(signal, 1000L + signal));
        Map<Integer, Long> others = Map.copyOf(handlers);
        MemorySegment previous = Arena.ofAuto().allocate(32 * 8, 8);
        for (int fails : signals) {
            assertThatThrownBy(() -> Guard.install(signals, previous, MemorySegment.ofAddress(77),
                    (signal, action, old) -> {
                        boolean set = !action.equals(MemorySegment.NULL);
                        if (set && signal == fails && action.get(JAVA_LONG, 0) == 77) {
                            return false;
                        }
                        return sigaction(handlers, signal, action, old);
                    })).isInstanceOf(ImageException.class).hasMessageContaining("signal=" + fails);
            assertThat(handlers).isEqualTo(others);
        }

        Guard.install(signals, previous, MemorySegment.ofAddress(77),
                (signal, action, old) -> sigaction(handlers, signal, action, old));

        assertThat(handlers.values()).containsOnly(77L);
        signals.forEach(signal -> assertThat(previous.getAtIndex(JAVA_LONG, signal)).isEqualTo(others.get(signal)));
    }

    private static boolean sigaction(Map<Integer, Long> handlers, int signal, MemorySegment action, MemorySegment old) {
        if (!old.equals(MemorySegment.NULL)) {
            old.set(JAVA_LONG, 0, handlers.get(signal));
        }
        if (!action.equals(MemorySegment.NULL)) {
            handlers.put(signal, action.get(JAVA_LONG, 0));
        }
        return true;
    }

    /// It looks while there are probes, and again when there are some again.
    @Test
    void the_watchdog_ends_when_nobody_is_there() throws Exception {
        Process child = ChildJvm.start(Watched.class);
        String output = new String(child.getInputStream().readAllBytes());

        assertThat(child.waitFor()).as(output).isZero();
        assertThat(output).isEqualTo("false true HANG false true HANG false ");
    }

    static final class Watched {

        public static void main(String[] arguments) throws Exception {
            System.out.print(isWatching() + " ");
            for (int i = 0; i < 2; i++) {
                try (Arena arena = Arena.ofConfined()) {
                    Probe probe = new Probe(Script.of(Image.shim(), arena), arena);
                    System.out.print(isWatching() + " ");
                    probe.call(MachineCode.of("jmp $"));
                } catch (WrapperCrash crash) {
                    System.out.print(crash.kind() + " ");
                }
                Thread.sleep(500);
                System.out.print(isWatching() + " ");
            }
        }

        private static boolean isWatching() {
            return Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals("trampette-watchdog"));
        }
    }

    private static int recurse(int depth) {
        return recurse(depth + 1) + depth;
    }
}
