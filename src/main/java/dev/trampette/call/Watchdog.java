package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Ends probed calls that do not end: one thread that looks at all probes, so that a call costs nothing.
///
/// What counts is the processor time that the calling thread has used since the call began, so that a busy machine makes
/// no call too slow; a call that sleeps is ended later. The thread is sent SIGURG, and the guard gives the routine up.
final class Watchdog {

    /// Processor time for one call.
    static final Duration BUSY = Duration.ofMillis(500);
    /// Time for a call that does nothing.
    static final Duration IDLE = Duration.ofSeconds(10);

    private static final Duration PERIOD = Duration.ofMillis(50);

    private static final long SEQUENCE = Probe.offset("sequence");
    private static final long THREAD = Probe.offset("thread");
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private static final StructLayout TIMESPEC = MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG);
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle CLOCK_GETTIME = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("clock_gettime"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle INTERRUPT = LINKER.downcallHandle(FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));

    private static final List<Watched> PROBES = new ArrayList<>();

    /// A probe, and the call that was running when somebody looked.
    private static final class Watched {
        private final WeakReference<Probe> probe;
        private long sequence;
        private long busy;
        private long since;

        private Watched(Probe probe) {
            this.probe = new WeakReference<>(probe);
        }
    }

    private final MemorySegment time = Arena.global().allocate(TIMESPEC);

    private Watchdog() {
    }

    static void watch(Probe probe) {
        synchronized (PROBES) {
            if (PROBES.isEmpty()) {
                Thread.ofPlatform().daemon().name("trampette-watchdog").start(new Watchdog()::run);
            }
            PROBES.add(new Watched(probe));
        }
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(PERIOD);
            } catch (InterruptedException e) {
                return;
            }
            synchronized (PROBES) {
                PROBES.removeIf(watched -> watched.probe.get() == null);
                PROBES.forEach(this::look);
                if (PROBES.isEmpty()) {
                    return;
                }
            }
        }
    }

    private void look(Watched watched) {
        Probe probe = watched.probe.get();
        if (probe == null) {
            return;
        }
        long sequence = (long) LONG.getAcquire(probe.block(), SEQUENCE);
        if ((sequence & 1) == 0) {
            return;
        }
        long busy = busy(probe.block().get(JAVA_INT, THREAD));
        long now = System.nanoTime();
        if (sequence != watched.sequence) {
            watched.sequence = sequence;
            watched.busy = busy;
            watched.since = now;
        } else if (busy - watched.busy > BUSY.toNanos() || now - watched.since > IDLE.toNanos()) {
            interrupt(probe, sequence);
        }
    }

    private static void interrupt(Probe probe, long sequence) {
        try {
            INTERRUPT.invokeExact(probe.image().address("probe_interrupt"), probe.block(), sequence);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    /// The processor time of a thread, in nanoseconds: its clock has the number ~tid << 3 | CPUCLOCK_PERTHREAD_MASK |
    /// CPUCLOCK_SCHED (Linux, `include/linux/posix-timers.h`).
    private long busy(int thread) {
        try {
            int _ = (int) CLOCK_GETTIME.invokeExact(~thread << 3 | 4 | 2, time);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        return time.get(JAVA_LONG, 0) * 1_000_000_000 + time.get(JAVA_LONG, 8);
    }
}
