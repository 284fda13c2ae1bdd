package dev.trampette.cli;

import dev.trampette.benchmarks.Plan;
import dev.trampette.benchmarks.Rounds;
import dev.trampette.benchmarks.Samples;
import dev.trampette.benchmarks.Subject;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// The option that every command has that measures.
final class PlanOption {

    @Option(names = "--quick", description = "A first look: fewer forks.")
    private boolean quick;

    /// Measure, and show how far it is.
    Map<Subject, Samples> measure(List<Subject> subjects) {
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        try (Progress progress = new Progress("measuring", (long) plan.rounds() * subjects.size())) {
            return new Rounds(plan, subject -> progress.step(subject.name())).run(subjects);
        }
    }
}
