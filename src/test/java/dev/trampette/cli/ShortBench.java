package dev.trampette.cli;

import dev.trampette.benchmarks.Forks;
import dev.trampette.benchmarks.Plan;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Run;
import dev.trampette.cost.State;
import dev.trampette.report.BenchReport;
import java.util.List;

/// `bench --include` in one fork, which measures each panel at one place: what there is, and that it runs.
final class ShortBench {

    private ShortBench() {
    }

    /// @param arguments the expression
    public static void main(String[] arguments) {
        List<Panel> panels = BenchCommand.select(arguments[0], false);
        Run run = new Run(new Forks(Plan.SMOKE, (_, _) -> { }, () -> false).run(panels));
        if (run.forks() == 0 || panels.stream().anyMatch(panel -> !hasSlots(run, panel))) {
            throw new AssertionError("not measured: " + panels);
        }
        System.out.print(new BenchReport(Comparison.of(panels, run, 0.02), List.of()).table().text(100));
    }

    private static boolean hasSlots(Run run, Panel panel) {
        return List.of(State.values()).stream()
                .anyMatch(state -> run.groups(panel, state).stream().anyMatch(groups -> !groups.isEmpty()));
    }
}
