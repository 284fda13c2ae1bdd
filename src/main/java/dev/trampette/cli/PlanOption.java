package dev.trampette.cli;

import dev.trampette.benchmarks.Forks;
import dev.trampette.benchmarks.Plan;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import java.time.Duration;
import java.util.List;
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
        return measure(panels, Duration.ZERO, () -> false);
    }

    /// The same with less time.
    ///
    /// @param spent what of it was needed for something else
    /// @param stopped whether somebody wants an end
    List<Fork> measure(List<Panel> panels, Duration spent, BooleanSupplier stopped) {
        Plan all = quick ? Plan.QUICK : Plan.FULL;
        Duration least = all.time().dividedBy(2);
        Duration left = all.time().minus(spent);
        Plan plan = all.within(left.compareTo(least) < 0 ? least : left);
        try (Progress progress = new Progress("measuring", plan.forks())) {
            return new Forks(plan, (fork, rest) -> progress.step("fork %d, %d s left".formatted(fork + 1,
                    rest.toSeconds())), stopped).run(panels);
        }
    }
}
