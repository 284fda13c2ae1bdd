package dev.trampette.cli.foreign;

import dev.trampette.abi.Rule;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// Starts children, hears what they tell, and goes on with the next routine when one dies.
public final class Parent {

    /// Signals have names; the exit status of a process that died of one is 128 and its number.
    private static final int SIGNALLED = 128;
    private static final List<String> SIGNALS = List.of("", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP",
            "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM");

    /// Options of this Java that are a child's too.
    private static final List<String> INHERITED = List.of("-XX:", "-Xlog", "-Ddev.trampette");

    /// Time until the object is loaded, whatever the time for a routine is.
    private static final Duration START = Duration.ofSeconds(60);

    private final Request request;
    private final Duration limit;

    /// @param limit time for one routine
    public Parent(Request request, Duration limit) {
        this.request = request;
        this.limit = limit;
    }

    /// Verify routines, one after the other.
    ///
    /// @param choose which of those that there are
    /// @param begins is told of each
    /// @throws FailedException when the object cannot be used
    public List<Outcome> verify(Function<Message.Symbols, List<String>> choose, Consumer<String> begins) {
        List<Outcome> outcomes = new ArrayList<>();
        List<String> chosen = new ArrayList<>();
        do {
            int before = outcomes.size();
            AtomicBoolean begun = new AtomicBoolean();
            String end = hear(all -> {
                if (chosen.isEmpty()) {
                    chosen.addAll(choose.apply(all));
                }
                return chosen.subList(outcomes.size(), chosen.size());
            }, message -> {
                if (message instanceof Message.Begins(String symbol)) {
                    begun.set(true);
                    begins.accept(symbol);
                } else if (message instanceof Message.Ended(Outcome outcome)) {
                    begun.set(false);
                    outcomes.add(outcome);
                }
            });
            if (chosen.isEmpty()) {
                throw new FailedException("the object could not be loaded: " + (end.isEmpty() ? "no end" : end),
                        List.of(), 2);
            }
            boolean isStopped = begun.get() || outcomes.size() == before;
            if (outcomes.size() < chosen.size() && isStopped) {
                boolean isLate = end.isEmpty();
                outcomes.add(Outcome.died(chosen.get(outcomes.size()), isLate ? Rule.HANG : Rule.CRASH,
                        isLate ? "no end within %d s, and the process was ended".formatted(limit.toSeconds()) : end));
            }
        } while (outcomes.size() < chosen.size());
        return outcomes;
    }

    /// Run a child to its end.
    ///
    /// @param choose says which routines it is for
    /// @return how it ended, in words; empty when it was late
    private String hear(Function<Message.Symbols, List<String>> choose, Consumer<Message> listener) {
        Process child = start();
        Descendants descendants = new Descendants(child.toHandle());
        child.onExit().thenRun(descendants::end);          // or they keep its pipe open
        Thread end = new Thread(() -> {
            child.destroyForcibly();
            descendants.end();
        });
        Runtime.getRuntime().addShutdownHook(end);
        AtomicBoolean late = new AtomicBoolean();
        try (Alarm alarm = new Alarm(START, () -> {
            late.set(true);
            child.destroyForcibly();
        }); BufferedReader lines = child.inputReader(StandardCharsets.UTF_8);
                BufferedWriter in = child.outputWriter(StandardCharsets.UTF_8)) {
            say(in, request.json());
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<Message> message = Message.read(line);
                message.ifPresent(it -> alarm.again(it instanceof Message.Symbols ? START : limit));
                switch (message.orElse(null)) {
                    case null -> System.err.println(line);
                    case Message.Failed failed ->
                        throw new FailedException(failed.message(), failed.detail(), failed.status());
                    case Message.Symbols symbols -> say(in, Request.chosen(choose.apply(symbols)));
                    case Message other -> listener.accept(other);
                }
            }
            child.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            child.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(end);
        }
        return late.get() ? "" : ending(child.exitValue());
    }

    private static void say(BufferedWriter in, String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    private static String ending(int status) {
        int signal = status - SIGNALLED;
        return signal > 0 && signal < SIGNALS.size() ? "the process died of " + SIGNALS.get(signal)
                : "the process ended itself, exit status " + status;
    }

    /// The same Java, class path and options, and no more memory than it needs.
    private Process start() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> INHERITED.stream().anyMatch(option::startsWith)
                        && !option.startsWith("-XX:AOTCacheOutput")).forEach(command::add);
        command.addAll(List.of("-Xmx1g", "-XX:+SuppressFatalErrorMessage", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Child.class.getName(),
                Long.toString(ProcessHandle.current().pid())));
        try {
            return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Something that happens unless it is put off again and again.
    private static final class Alarm implements AutoCloseable {

        /// It may become due earlier while the thread sleeps.
        private static final Duration LOOK = Duration.ofMillis(50);

        private final Thread thread;
        private volatile long due;

        private Alarm(Duration limit, Runnable what) {
            again(limit);
            thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                        TimeUnit.NANOSECONDS.sleep(Math.min(left, LOOK.toNanos()));
                    }
                    what.run();
                } catch (InterruptedException e) {
                    // It was closed in time.
                }
            });
        }

        private void again(Duration limit) {
            due = System.nanoTime() + limit.toNanos();
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
