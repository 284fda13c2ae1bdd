package dev.trampette.benchmarks;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs JMH, a fork at a time, and brings the slots home.
public final class Forks {

    private final Plan plan;
    private final IntConsumer progress;

    /// @param plan how long
    /// @param progress told the number of every fork before it starts, from 0
    public Forks(Plan plan, IntConsumer progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Measure panels.
    ///
    /// @throws MeasurementException when JMH cannot
    public List<Fork> run(List<Panel> panels) {
        List<Fork> forks = new ArrayList<>();
        for (int i = 0; i < plan.forks(); i++) {
            progress.accept(i);
            forks.add(fork(panels));
        }
        return forks;
    }

    private Fork fork(List<Panel> panels) {
        try {
            Path file = Files.createTempFile("trampette-", ".slots");
            try {
                new Runner(new OptionsBuilder()
                        .include("^" + Pattern.quote(SlotBenchmark.class.getName() + ".groups") + "$")
                        .forks(1)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .jvmArgs(jvmArguments(panels, file))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT).build()).runSingle();
                return Fork.read(file);
            } finally {
                Files.delete(file);
            }
        } catch (RunnerException | IOException e) {
            throw new MeasurementException("JMH cannot measure: " + e.getMessage(), e);
        }
    }

    /// What a fork needs: among it the directory of the images, when this JVM has it from a property.
    private String[] jvmArguments(List<Panel> panels, Path file) {
        String names = panels.stream().map(panel -> Pattern.quote(panel.name()))
                .collect(Collectors.joining("|", "^(", ")$"));
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D%s=%s".formatted(SlotBenchmark.PANELS, names),
                "-D%s=%d".formatted(SlotBenchmark.MILLISECONDS, plan.milliseconds()),
                "-D%s=%s".formatted(SlotBenchmark.FILE, file)));
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        if (directory != null) {
            arguments.add("-D%s=%s".formatted(Image.DIRECTORY_PROPERTY, directory));
        }
        return arguments.toArray(String[]::new);
    }
}
