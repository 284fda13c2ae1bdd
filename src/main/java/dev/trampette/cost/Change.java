package dev.trampette.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A row beside what it was earlier.
///
/// @param name of the row
/// @param ratio now over then
/// @param judgement what it says
public record Change(String name, Figure ratio, Judgement judgement) {

    private static final long SEED = 1;

    /// The rows of panels that have an earlier build beside ([Panel#beside]), in the same groups.
    public static List<Change> of(List<Panel> panels, Run run, double margin) {
        List<Change> changes = new ArrayList<>();
        for (Panel panel : panels) {
            for (String design : panel.labels()) {
                if (panel.before(design) >= 0) {
                    Nested ratio = run.ratio(panel, State.QUIET, panel.column(design), panel.before(design));
                    changes.add(new Change(panel.name(design), ratio.figure(), Judgement.of(ratio.figure(), margin)
                            .and(Judgement.of(ratio.bootstrap(new SplittableRandom(SEED)), margin))));
                }
            }
        }
        return changes;
    }

    /// A row of another run: only ratios to the reference may be compared.
    ///
    /// @param now the ratio to the reference in this run
    /// @param then the same in the other
    public static Change of(String name, Figure now, Figure then, double margin) {
        Figure ratio = now.over(then);
        return new Change(name, ratio, Judgement.of(ratio, margin));
    }
}
