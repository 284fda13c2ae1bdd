package dev.trampette.benchmarks;

import dev.trampette.image.Image;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs JMH over subjects so that they can be compared.
///
/// JMH finishes one row before it begins the next; on a host whose speed drifts that compares two times of day. Here
/// every subject gets one fork in each round, and every round has another order.
public final class Rounds {

    private final Plan plan;
    private final Consumer<Subject> progress;

    /// @param plan how long
    /// @param progress told of every fork before it starts
    public Rounds(Plan plan, Consumer<Subject> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Measure. The result has the order of the subjects.
    ///
    /// @throws MeasurementException when JMH cannot run one
    public Map<Subject, Samples> run(List<Subject> subjects) {
        Map<Subject, Samples> results = new LinkedHashMap<>();
        subjects.forEach(subject -> results.put(subject, new Samples()));
        List<Subject> order = new ArrayList<>(subjects);
        Random random = new Random(plan.rounds());
        for (int round = 0; round < plan.rounds(); round++) {
            Collections.shuffle(order, random);
            for (Subject subject : order) {
                progress.accept(subject);
                measure(subject, results.get(subject));
            }
        }
        return results;
    }

    private void measure(Subject subject, Samples samples) {
        try {
            RunResult result = new Runner(options(subject).build()).runSingle();
            double[] iterations = result.getAggregatedResult().getIterationResults().stream()
                    .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
                    .toArray();
            samples.addFork(iterations);
            Result<?> allocation = result.getSecondaryResults().get("gc.alloc.rate.norm");
            if (allocation != null) {
                samples.addBytesPerOperation(allocation.getScore());
            }
        } catch (RunnerException e) {
            throw new MeasurementException("JMH cannot measure %s: %s".formatted(subject.name(), e.getMessage()), e);
        }
    }

    /// What a fork needs: among it the directory of the images, when this JVM has it from a property.
    private static String[] jvmArguments() {
        List<String> arguments = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        String directory = System.getProperty(Image.DIRECTORY_PROPERTY);
        if (directory != null) {
            arguments.add("-D%s=%s".formatted(Image.DIRECTORY_PROPERTY, directory));
        }
        return arguments.toArray(String[]::new);
    }

    private ChainedOptionsBuilder options(Subject subject) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + Pattern.quote(subject.type().getName() + "." + subject.method()) + "$")
                .forks(1)
                .warmupIterations(plan.warmups())
                .warmupTime(TimeValue.milliseconds(plan.milliseconds()))
                .measurementIterations(plan.iterations())
                .measurementTime(TimeValue.milliseconds(plan.milliseconds()))
                .jvmArgs(jvmArguments())
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!subject.design().isEmpty()) {
            options.param(subject.parameter(), subject.design());
        }
        if (subject.isTyped()) {
            options.addProfiler(GCProfiler.class);
        }
        return options;
    }
}
