package dev.trampette.child;

import java.util.List;

/// How a process ended.
public final class Ending {

    /// Signals have names; the exit status of a process that died of one is 128 and its number.
    private static final int SIGNALLED = 128;
    private static final List<String> SIGNALS = List.of("", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP",
            "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM");

    private Ending() {
    }

    /// The name of a signal.
    public static String signal(int number) {
        return number > 0 && number < SIGNALS.size() ? SIGNALS.get(number) : "signal " + number;
    }

    /// The same in words, by the exit status.
    public static String of(int status) {
        int signal = status - SIGNALLED;
        return signal > 0 && signal < SIGNALS.size() ? "the process died of " + SIGNALS.get(signal)
                : "the process ended itself, exit status " + status;
    }
}
