package dev.trampette.benchmarks;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs JMH, a fork at a time, and brings the slots home.
public final class Forks {

    /// What a process takes before and behind its measurements: start, compilation, files.
    private static final Duration START = Duration.ofMillis(1800);

    /// Told before each fork: its number, from 0, and the time that is left for it and the others.
    public interface Listener {

        /// A fork starts.
        void starts(int fork, Duration left);
    }

    private final Plan plan;
    private final Listener listener;
    private final BooleanSupplier stopped;

    /// @param plan how long
    /// @param listener told before each fork
    /// @param stopped whether somebody wants an end: what is done by then is the result
    public Forks(Plan plan, Listener listener, BooleanSupplier stopped) {
        this.plan = plan;
        this.listener = listener;
        this.stopped = stopped;
    }

    /// Measure panels.
    ///
    /// @throws MeasurementException when JMH cannot
    public List<Fork> run(List<Panel> panels) {
        List<Fork> forks = new ArrayList<>();
        Instant end = Instant.now().plus(plan.time());
        for (int i = 0; i < plan.forks() && !stopped.getAsBoolean(); i++) {
            Duration left = Duration.between(Instant.now(), end);
            listener.starts(i, left);
            try {
                forks.add(fork(panels, Math.max(0, left.dividedBy(plan.forks() - i).minus(START).toMillis())));
            } catch (RunnerException | IOException e) {
                if (!stopped.getAsBoolean()) {
                    throw new MeasurementException("JMH cannot measure: " + e.getMessage(), e);
                }
            }
        }
        return forks;
    }

    private Fork fork(List<Panel> panels, long milliseconds) throws RunnerException, IOException {
        Path file = Files.createTempFile("trampette-", ".slots");
        try {
            new Runner(new OptionsBuilder()
                    .include("^" + Pattern.quote(SlotBenchmark.class.getName() + ".groups") + "$")
                    .forks(1)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .jvmArgs(jvmArguments(panels, file, milliseconds))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT).build()).runSingle();
            return Fork.read(file);
        } finally {
            Files.delete(file);
        }
    }

    /// What a fork needs: among it the directory of the images, when this JVM has it from a property.
    private static String[] jvmArguments(List<Panel> panels, Path file, long milliseconds) {
        String names = panels.stream().map(panel -> Pattern.quote(panel.name()))
                .collect(Collectors.joining("|", "^(", ")$"));
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Xbatch",
                "-D%s=%s".formatted(SlotBenchmark.PANELS, names),
                "-D%s=%d".formatted(SlotBenchmark.MILLISECONDS, milliseconds),
                "-D%s=%s".formatted(SlotBenchmark.FILE, file)));
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        if (directory != null) {
            arguments.add("-D%s=%s".formatted(Image.DIRECTORY_PROPERTY, directory));
        }
        return arguments.toArray(String[]::new);
    }
}
