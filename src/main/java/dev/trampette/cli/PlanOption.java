package dev.trampette.cli;

import dev.trampette.benchmarks.Forks;
import dev.trampette.benchmarks.Plan;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/// The option that every command has that measures.
final class PlanOption {

    @Option(names = "--quick", description = "A first look: fewer and shorter forks, a minute in all.")
    private boolean quick;

    boolean isQuick() {
        return quick;
    }

    /// Measure, and show how far it is.
    List<Fork> measure(List<Panel> panels) {
        return measure(panels, () -> false, Optional.empty());
    }

    /// The same until somebody wants an end.
    ///
    /// @param earlier the null image of an earlier build
    List<Fork> measure(List<Panel> panels, BooleanSupplier stopped, Optional<Path> earlier) {
        Plan plan = (quick ? Plan.QUICK : Plan.FULL).of(panels.size());
        try (Progress progress = new Progress("measuring", plan.forks())) {
            return new Forks(plan, (fork, left) -> progress.step("fork %d, about %d s left".formatted(fork + 1,
                    left.toSeconds())), stopped, earlier).run(panels);
        }
    }
}
