package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.crossing.Guard;
import dev.trampette.crossing.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What belongs to the process and a function may change: the handlers of signals, and which descriptors are open. It
/// is remembered, compared with what is there later, and put back.
///
/// Handlers are those of the classic signals, but for SIGKILL and SIGSTOP, which have none.
public final class ProcessState implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP",
            "SIGABRT", "SIGBUS", "SIGFPE", "", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
            "SIGSTKFLT", "SIGCHLD", "SIGCONT", "", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ",
            "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS");

    /// Says that there is a restorer, which glibc has for all handlers that it sets.
    private static final int SA_RESTORER = 0x0400_0000;
    private static final int F_GETFD = 1;
    private static final int F_DUPFD_CLOEXEC = 1030;
    /// Where copies of descriptors are, out of the way of others.
    private static final int COPIES = 512;

    private static final MethodHandle SIGACTION = LibC.handle("sigaction", FunctionDescriptor.of(JAVA_INT, JAVA_INT,
            ADDRESS, ADDRESS), Linker.Option.critical(false));
    private static final MethodHandle FCNTL = LibC.handle("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT,
            JAVA_INT), Linker.Option.firstVariadicArg(2), Linker.Option.critical(false));
    private static final MethodHandle DUP2 = LibC.handle("dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = LibC.handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    static {
        try {
            Class.forName("java.lang.ProcessImpl");         // sets a handler of SIGCHLD when it is first used
        } catch (ClassNotFoundException e) {
            // Another Java may do it in another way.
        }
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment before = arena.allocate(Guard.SIGACTION, SIGNALS.size());
    private final MemorySegment after = arena.allocate(Guard.SIGACTION);
    /// Descriptors that must stay open, and a copy of each.
    private final Map<Integer, Integer> descriptors = new LinkedHashMap<>();
    private int installations;

    /// What there is now.
    ///
    /// @param descriptors those that must stay open
    public ProcessState(List<Integer> descriptors) {
        descriptors.stream().filter(ProcessState::isOpen).forEach(descriptor ->
                this.descriptors.put(descriptor, fcntl(descriptor, F_DUPFD_CLOEXEC, COPIES)));
        synchronized (Guard.class) {
            installations = Guard.installations();
            signals().forEach(this::remember);
        }
    }

    private void remember(int signal) {
        sigaction(signal, MemorySegment.NULL, slot(signal));
    }

    /// Another image has a guard since.
    private void rememberGuard() {
        synchronized (Guard.class) {
            installations = Guard.installations();
            Guard.taken().forEach(this::remember);
        }
    }

    /// What is another one now, in words: `the handler of SIGUSR1`, `descriptor 1 is closed`. It is put back.
    public List<String> changes() {
        if (installations != Guard.installations()) {
            rememberGuard();
        }
        List<String> changes = new ArrayList<>();
        signals().forEach(signal -> {
            sigaction(signal, MemorySegment.NULL, after);
            if (!isSame(slot(signal), after)) {
                sigaction(signal, slot(signal), MemorySegment.NULL);
                changes.add("the handler of " + SIGNALS.get(signal));
            }
        });
        descriptors.forEach((descriptor, copy) -> {
            if (!isOpen(descriptor)) {
                call(DUP2, copy, descriptor);
                changes.add("descriptor %d is closed".formatted(descriptor));
            }
        });
        return changes;
    }

    /// Whether a descriptor was closed with its copy, and is lost.
    public boolean isLost() {
        return descriptors.entrySet().stream().anyMatch(one -> !isOpen(one.getKey()) && !isOpen(one.getValue()));
    }

    @Override
    public void close() {
        descriptors.values().forEach(copy -> call(CLOSE, copy));
        arena.close();
    }

    private MemorySegment slot(int signal) {
        long size = Guard.SIGACTION.byteSize();
        return before.asSlice(signal * size, size);
    }

    /// The handler, the mask of 64 signals, and the flags: what is behind the mask the C library leaves as it is. It
    /// adds a flag of its own when a handler is put back.
    private static boolean isSame(MemorySegment one, MemorySegment other) {
        int flags = one.get(JAVA_INT, Guard.FLAGS) ^ other.get(JAVA_INT, Guard.FLAGS);
        return one.get(JAVA_LONG, 0) == other.get(JAVA_LONG, 0) && one.get(JAVA_LONG, 8) == other.get(JAVA_LONG, 8)
                && (flags & ~SA_RESTORER) == 0;
    }

    private static IntStream signals() {
        return IntStream.range(1, SIGNALS.size()).filter(signal -> !SIGNALS.get(signal).isEmpty());
    }

    private static void sigaction(int signal, MemorySegment action, MemorySegment old) {
        try {
            int _ = (int) SIGACTION.invokeExact(signal, action, old);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isOpen(int descriptor) {
        return fcntl(descriptor, F_GETFD, 0) >= 0;
    }

    private static int fcntl(int descriptor, int command, int argument) {
        try {
            return (int) FCNTL.invokeExact(descriptor, command, argument);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void call(MethodHandle function, Object... arguments) {
        try {
            function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
