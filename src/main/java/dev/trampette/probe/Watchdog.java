package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.crossing.CallBlock;
import dev.trampette.crossing.LibC;
import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Ends probed calls that do not end: one thread that looks at all probes, so that a call costs nothing.
///
/// What counts is the processor time that the calling thread has used since the call began, so that a busy machine
/// makes no call too slow. A call that sleeps is ended later: when the watchdog has looked at it so often, for while
/// the process is stopped (SIGSTOP, a debugger, a virtual machine that pauses) nobody looks, but time goes by. The
/// thread is sent SIGURG, and the guard gives the routine up. The watchdog ends when there are no probes.
final class Watchdog {

    /// Processor time for one call.
    static final Duration BUSY = Duration.ofMillis(500);

    private static final Duration PERIOD = Duration.ofMillis(50);
    /// Time for a call that does nothing.
    private static final Duration IDLE = Duration.ofSeconds(10);

    private static final long SEQUENCE = ProbeLayout.offset("sequence");
    private static final long THREAD = ProbeLayout.offset("thread");
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private static final StructLayout TIMESPEC = MemoryLayout.structLayout(JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CLOCK_GETTIME = LibC.handle("clock_gettime",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle INTERRUPT = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));

    /// The name of the thread.
    static final String NAME = "trampette-watchdog";

    /// All of memory: a probe may belong to an arena of another thread, and is forgotten before it is unmapped.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final Map<Long, Watched> PROBES = new HashMap<>();
    private static Thread thread;
    private static long mostLooks = looks(IDLE.toMillis());

    /// A probe, and the call that was running when somebody looked.
    private static final class Watched {
        private final Image image;
        private long sequence;
        private long busy;
        private long looks;

        private Watched(Image image) {
            this.image = image;
        }
    }

    private final MemorySegment time = Arena.ofAuto().allocate(TIMESPEC);

    private Watchdog() {
    }

    /// Look at the PROBE at an address from now on.
    static void watch(long probe, Image image) {
        synchronized (PROBES) {
            PROBES.put(probe, new Watched(image));
            if (thread == null) {
                thread = Thread.ofPlatform().daemon().name(NAME).start(new Watchdog()::run);
            }
        }
    }

    /// Never look there again.
    static void forget(long probe) {
        synchronized (PROBES) {
            PROBES.remove(probe);
        }
    }

    /// Another time for a call that does nothing.
    static void limitIdle(long milliseconds) {
        synchronized (PROBES) {
            mostLooks = looks(milliseconds);
        }
    }

    private static long looks(long milliseconds) {
        return milliseconds / PERIOD.toMillis();
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(PERIOD);
                synchronized (PROBES) {
                    if (PROBES.isEmpty()) {
                        thread = null;
                        return;
                    }
                    PROBES.forEach(this::look);
                }
            } catch (Throwable e) {
                // Nobody else would look: on with it.
            }
        }
    }

    private void look(long probe, Watched watched) {
        long sequence = (long) LONG.getAcquire(MEMORY, probe + SEQUENCE);
        if ((sequence & 1) == 0) {
            return;
        }
        long busy = busy(MEMORY.get(JAVA_INT, probe + THREAD));
        if (sequence != watched.sequence) {
            watched.sequence = sequence;
            watched.busy = busy;
            watched.looks = 0;
            return;
        }
        watched.looks++;
        if (busy - watched.busy > BUSY.toNanos() || watched.looks > mostLooks) {
            interrupt(probe, watched.image, sequence);
        }
    }

    private static void interrupt(long probe, Image image, long sequence) {
        try {
            INTERRUPT.invokeExact(image.address("probe_interrupt"), probe, sequence);
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
