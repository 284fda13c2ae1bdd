package dev.trampette.cli;

import dev.trampette.benchmarks.Forks;
import dev.trampette.benchmarks.Plan;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import java.util.List;
import picocli.CommandLine.Option;

/// The option that every command has that measures.
final class PlanOption {

    @Option(names = "--quick", description = "A first look: fewer and shorter forks.")
    private boolean quick;

    boolean isQuick() {
        return quick;
    }

    /// Measure, and show how far it is.
    List<Fork> measure(List<Panel> panels) {
        Plan plan = quick ? Plan.QUICK : Plan.FULL;
        try (Progress progress = new Progress("measuring", plan.forks())) {
            return new Forks(plan, fork -> progress.step("fork " + (fork + 1))).run(panels);
        }
    }
}
