package dev.trampette.cost;

import java.util.Optional;

/// How the times of two routines compare that were measured in the same groups.
///
/// @param ratio of B to A
/// @param judgement what it says
/// @param first ns of a call of A
/// @param second ns of a call of B
/// @param forks how many processes measured
/// @param quietShare the part of the groups that was quiet, 0 to 1
/// @param unfit why the figures are not to be believed; empty when they are
public record PairTime(Figure ratio, Judgement judgement, Figure first, Figure second, int forks, double quietShare,
        Optional<String> unfit) {

    /// From a comparison of a panel with two rows, B and A.
    public static PairTime of(Comparison comparison, Run run) {
        Row b = row(comparison, "B");
        Row a = row(comparison, "A");
        Optional<String> unfit = comparison.fitness().reason();
        return new PairTime(b.ratio(), unfit.isPresent() ? Judgement.NOT_KNOWN : b.judgement(), a.ns(), b.ns(),
                run.forks(), comparison.fitness().quietShare(), unfit);
    }

    private static Row row(Comparison comparison, String design) {
        return comparison.rows().stream().filter(row -> row.design().equals(design) && row.state() == State.QUIET)
                .findFirst().orElseThrow();
    }
}
