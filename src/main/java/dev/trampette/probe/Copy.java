package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.crossing.LibC;
import dev.trampette.image.Pages;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// A function that forks comes back twice: in the copy of the process there is one thread of Java's, and it must not go
/// on. It says so in memory that both share, and ends.
public final class Copy {

    /// One handle for both calls: in a copy nothing can be linked any more.
    private static final MethodHandle SYSCALL = LibC.handle("syscall", FunctionDescriptor.of(JAVA_LONG,
            JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(1), Linker.Option.critical(false));
    private static final long SYS_GETPID = 39;
    private static final long SYS_EXIT_GROUP = 231;
    private static final MethodHandle WAITPID = LibC.handle("waitpid", FunctionDescriptor.of(JAVA_INT, JAVA_INT,
            ADDRESS, JAVA_INT));
    private static final VarHandle NUMBER = JAVA_INT.varHandle();

    /// The process, and the number of a copy, or 0.
    private static final int OWN = pid();
    private static final MemorySegment SHARED = Pages.shared(Pages.PAGE)
            .orElseThrow(() -> new OutOfMemoryError("no page to share with a copy of the process"));

    static {
        NUMBER.setRelease(SHARED, 0L, 0);
    }

    private Copy() {
    }

    /// End here, when this is a copy.
    public static void end() {
        if (pid() != OWN) {
            NUMBER.setRelease(SHARED, 0L, pid());
            call(SYS_EXIT_GROUP);
        }
    }

    /// Whether there was a copy since the last question. It is waited for.
    public static boolean wasMade() {
        int copy = (int) NUMBER.getAndSet(SHARED, 0L, 0);
        if (copy != 0) {
            try {
                int _ = (int) WAITPID.invokeExact(copy, MemorySegment.NULL, 0);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
        return copy != 0;
    }

    private static int pid() {
        return (int) call(SYS_GETPID);
    }

    private static long call(long number) {
        try {
            return (long) SYSCALL.invokeExact(number, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
