package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.ImageException;
import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Signals in wrapper code become departures; all others go to the handlers that were there, HotSpot's among them.
///
/// Installed once for an image, when the first crossing into it is opened, or the first probe, and left installed. The
/// handler is `src/main/asm/runtime/guard.asm`. It is given the mask and the flags of the handler that it replaces, so
/// that the old one, when it is called, finds what it asked for.
public final class Guard {

    /// Classic signals; 0 is not one.
    private static final int SIGNALS = 32;

    private static final int SA_SIGINFO = 4;
    private static final int SA_ONSTACK = 0x08000000;
    private static final int SA_RESTART = 0x10000000;

    /// struct sigaction of glibc on x86-64.
    public static final StructLayout SIGACTION = MemoryLayout.structLayout(
            ADDRESS.withName("handler"),
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("mask"),
            JAVA_INT.withName("flags"),
            MemoryLayout.paddingLayout(4),
            ADDRESS.withName("restorer"));
    public static final long FLAGS = 136;

    private static final Set<Image> GUARDED = new HashSet<>();

    private Guard() {
    }

    public static synchronized void watch(Image image) {
        if (GUARDED.contains(image)) {
            return;
        }
        MethodHandle sigaction = LibC.handle("sigaction",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        install(signals(image), image.address("guard_previous").reinterpret(SIGNALS * 8),
                image.address("guard_handler"), (signal, action, old) -> {
                    try {
                        return (int) sigaction.invokeExact(signal, action, old) == 0;
                    } catch (Throwable e) {
                        throw new IllegalStateException(e);
                    }
                });
        GUARDED.add(image);
    }

    /// The signals that are taken, for some image.
    public static synchronized Set<Integer> taken() {
        return GUARDED.stream().flatMap(image -> signals(image).stream()).collect(Collectors.toUnmodifiableSet());
    }

    /// How often handlers were installed.
    public static synchronized int installations() {
        return GUARDED.size();
    }

    /// The signals that the guard takes: `guarded_signals` of `probe.asm`.
    static List<Integer> signals(Image image) {
        long set = image.address("guarded_signals").reinterpret(8).get(JAVA_LONG, 0);
        return IntStream.range(1, SIGNALS).filter(signal -> (set >>> signal - 1 & 1) != 0).boxed().toList();
    }

    /// sigaction(2).
    @FunctionalInterface
    interface Sigaction {
        boolean succeeds(int signal, MemorySegment action, MemorySegment old);
    }

    /// Install a handler, for all signals or for none.
    ///
    /// @param previous the handlers that were there, by signal
    static void install(List<Integer> signals, MemorySegment previous, MemorySegment handler, Sigaction sigaction) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment old = arena.allocate(SIGACTION, signals.size());
            for (int i = 0; i < signals.size(); i++) {
                MemorySegment action = old.asSlice(i * SIGACTION.byteSize(), SIGACTION);
                if (!sigaction.succeeds(signals.get(i), MemorySegment.NULL, action)) {
                    throw failed(signals.get(i));
                }
                previous.setAtIndex(JAVA_LONG, signals.get(i), action.get(JAVA_LONG, 0));
            }
            MemorySegment guard = arena.allocate(SIGACTION);
            for (int i = 0; i < signals.size(); i++) {
                guard.copyFrom(old.asSlice(i * SIGACTION.byteSize(), SIGACTION));
                guard.set(ADDRESS, 0, handler);
                guard.set(JAVA_INT, FLAGS, guard.get(JAVA_INT, FLAGS) | SA_SIGINFO | SA_ONSTACK | SA_RESTART);
                if (!sigaction.succeeds(signals.get(i), guard, MemorySegment.NULL)) {
                    for (int done = 0; done < i; done++) {
                        sigaction.succeeds(signals.get(done), old.asSlice(done * SIGACTION.byteSize(), SIGACTION),
                                MemorySegment.NULL);
                    }
                    throw failed(signals.get(i));
                }
            }
        }
    }

    private static ImageException failed(int signal) {
        return new ImageException("no signal handler can be installed, signal=" + signal);
    }
}
