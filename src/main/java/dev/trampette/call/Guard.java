package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import dev.trampette.image.ImageException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.Set;

/// Signals in wrapper code become departures; all others go to the handlers that were there, HotSpot's among them.
///
/// Installed once for an image, when the first crossing into it is opened, or the first probe, and left installed. The
/// handler is `src/main/asm/runtime/guard.asm`. It is given the mask and the flags of the handler that it replaces, so
/// that the old one, when it is called, finds what it asked for.
final class Guard {

    private static final int[] SIGNALS = {4 /* ILL */, 5 /* TRAP */, 6 /* ABRT */, 7 /* BUS */, 8 /* FPE */,
        11 /* SEGV */, 23 /* URG, of the watchdog */};

    private static final int SA_SIGINFO = 4;
    private static final int SA_ONSTACK = 0x08000000;
    private static final int SA_RESTART = 0x10000000;

    /// struct sigaction of glibc on x86-64.
    private static final StructLayout SIGACTION = MemoryLayout.structLayout(
            ADDRESS.withName("handler"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("mask"),
            JAVA_INT.withName("flags"),
            MemoryLayout.paddingLayout(4),
            ADDRESS.withName("restorer"));
    private static final long FLAGS = 136;

    private static final Set<Image> GUARDED = new HashSet<>();

    private Guard() {
    }

    static synchronized void watch(Image image) {
        if (GUARDED.contains(image)) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        MethodHandle sigaction = linker.downcallHandle(linker.defaultLookup().findOrThrow("sigaction"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        MemorySegment previous = image.address("guard_previous").reinterpret(32 * 8);
        MemorySegment handler = image.address("guard_handler");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION);
            for (int signal : SIGNALS) {
                call(sigaction, signal, MemorySegment.NULL, action);
                previous.setAtIndex(JAVA_LONG, signal, action.get(JAVA_LONG, 0));
                action.set(ADDRESS, 0, handler);
                action.set(JAVA_INT, FLAGS, action.get(JAVA_INT, FLAGS) | SA_SIGINFO | SA_ONSTACK | SA_RESTART);
                call(sigaction, signal, action, MemorySegment.NULL);
            }
        }
        GUARDED.add(image);
    }

    private static void call(MethodHandle sigaction, int signal, MemorySegment action, MemorySegment old) {
        int result;
        try {
            result = (int) sigaction.invokeExact(signal, action, old);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (result != 0) {
            throw new ImageException("no signal handler can be installed, signal=" + signal);
        }
    }
}
