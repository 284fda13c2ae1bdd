package dev.trampette.child;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Pages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// What foreign code in this process can do to the machine: take so much memory, and not outlive its parent.
public final class Confinement {

    /// Of all private memory that can be written to: the heap of Java, and that of the code. The address space cannot
    /// be limited, for Java reserves more of it than it uses.
    public static final long MEMORY = 4L << 30;

    private static final long SYS_SETSID = 112;
    private static final long SYS_PRCTL = 157;
    private static final long SYS_SETRLIMIT = 160;
    private static final long RLIMIT_DATA = 2;
    private static final long PR_SET_PDEATHSIG = 1;
    private static final long SIGKILL = 9;
    private static final int DATA = 5;

    private static final MethodHandle SYSCALL = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("syscall"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(1));

    private Confinement() {
    }

    /// For the rest of this process's life: it is killed when the thread ends that started it (prctl(2)), its memory
    /// has a limit (setrlimit(2)), and what it forks can be told by its session (setsid(2)).
    ///
    /// @param parent the process that started this one
    /// @return whether that process is still there
    public static boolean begin(long parent) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocateFrom(JAVA_LONG, MEMORY, MEMORY);
            call(SYS_SETSID, 0, 0);
            call(SYS_PRCTL, PR_SET_PDEATHSIG, SIGKILL);
            call(SYS_SETRLIMIT, RLIMIT_DATA, limit.address());
        }
        return ProcessHandle.current().parent().filter(it -> it.pid() == parent).isPresent();
    }

    /// Whether so much memory is in use (proc(5), `statm`) that what comes next might not get what it needs.
    public static boolean isFull() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[DATA]) * Pages.PAGE
                    > MEMORY / 2;
        } catch (IOException e) {
            return false;
        }
    }

    private static void call(long number, long first, long second) {
        try {
            long _ = (long) SYSCALL.invokeExact(number, first, second);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
