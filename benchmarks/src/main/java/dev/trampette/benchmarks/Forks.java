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
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs JMH, a fork at a time, and brings the slots home.
public final class Forks {

    /// What a process takes besides its measurements, until one has told.
    private static final Duration START = Duration.ofSeconds(1);

    /// Told before each fork: its number, from 0, and the time that is left for it and the others.
    public interface Listener {

        /// A fork starts.
        void starts(int fork, Duration left);
    }

    /// The one panel that needs a JVM of its own needs a part of the time only.
    private static final int BARRIERS = 10;

    private final Plan plan;
    private final Listener listener;
    private final BooleanSupplier stopped;
    private final Optional<Path> earlier;

    /// @param plan how long
    /// @param listener told before each fork
    /// @param stopped whether somebody wants an end: what is done by then is the result
    public Forks(Plan plan, Listener listener, BooleanSupplier stopped) {
        this(plan, listener, stopped, Optional.empty());
    }

    /// @param earlier the null image of an earlier build, for panels that have rows of it
    public Forks(Plan plan, Listener listener, BooleanSupplier stopped, Optional<Path> earlier) {
        this.earlier = earlier;
        this.plan = plan;
        this.listener = listener;
        this.stopped = stopped;
    }

    /// Measure panels.
    ///
    /// @throws MeasurementException when JMH cannot
    public List<Fork> run(List<Panel> panels) {
        List<Fork> forks = new ArrayList<>();
        Duration one = plan.time().plus(START);
        for (int i = 0; i < plan.forks() && !stopped.getAsBoolean(); i++) {
            listener.starts(i, one.multipliedBy(plan.forks() - i));
            Instant start = Instant.now();
            try {
                List<Panel> barriers = panels.stream().filter(Panels::hasMemoryBarrier).toList();
                if (barriers.size() < panels.size()) {
                    forks.add(fork(panels.stream().filter(panel -> !barriers.contains(panel)).toList(), plan.time()));
                }
                if (!barriers.isEmpty()) {
                    forks.add(fork(barriers, plan.time().dividedBy(BARRIERS), "-XX:+UseSystemMemoryBarrier"));
                }
                one = Duration.between(start, Instant.now());
            } catch (RunnerException | IOException e) {
                if (!stopped.getAsBoolean()) {
                    throw new MeasurementException("JMH cannot measure: " + e.getMessage(), e);
                }
            }
        }
        return forks;
    }

    private Fork fork(List<Panel> panels, Duration time, String... options) throws RunnerException, IOException {
        Path file = Files.createTempFile("trampette-", ".slots");
        try {
            new Runner(new OptionsBuilder()
                    .include("^" + Pattern.quote(SlotBenchmark.class.getName() + ".groups") + "$")
                    .forks(1)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .jvmArgs(jvmArguments(panels, file, time, options))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT).build()).runSingle();
            return Fork.read(file);
        } finally {
            Files.delete(file);
        }
    }

    /// What a fork needs: among it the directory of the images, when this JVM has it from a property.
    private String[] jvmArguments(List<Panel> panels, Path file, Duration time, String... options) {
        String names = panels.stream().map(Panel::name).collect(Collectors.joining(SlotBenchmark.BETWEEN_PANELS));
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Xbatch",
                "-D%s=%s".formatted(SlotBenchmark.PANELS, names),
                "-D%s=%d".formatted(SlotBenchmark.MILLISECONDS,
                        time.toMillis()),
                "-D%s=%s".formatted(SlotBenchmark.FILE, file)));
        arguments.addAll(List.of(options));
        earlier.ifPresent(image -> arguments.add("-D%s=%s".formatted(SlotBenchmark.EARLIER, image)));
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        if (directory != null) {
            arguments.add("-D%s=%s".formatted(Image.DIRECTORY_PROPERTY, directory));
        }
        return arguments.toArray(String[]::new);
    }
}
