package dev.trampette.report;

import dev.trampette.cost.Change;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Row;
import dev.trampette.cost.State;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What `bench` shows.
///
/// @param comparison what was measured
/// @param changes since an earlier build or result
public record BenchReport(Comparison comparison, List<Change> changes) {

    /// For people.
    public Table table() {
        return changes.isEmpty() ? alone() : besideEarlier();
    }

    private Table alone() {
        Table table = new Table("benchmark", "state", "ns", "[95 %]", "ratio", "[95 %] of it", "verdict", "B/op")
                .wrap("verdict").drop("B/op", "[95 %]", "[95 %] of it");
        comparison.rows().forEach(row -> table.row(row.name(), row.state(), figure(row.ns().value(), 2),
                row.ns().range(2), figure(row.ratio().value(), 3), row.ratio().range(3),
                row.judgement() == null ? "" : row.judgement(), figure(row.bytes(), 0)));
        return table;
    }

    private Table besideEarlier() {
        Table table = new Table("benchmark", "ns", "[95 %]", "to earlier", "[95 %] of it", "since")
                .wrap("since").drop("[95 %]");
        comparison.rows().forEach(row -> change(row).ifPresent(since -> table.row(row.name(),
                figure(row.ns().value(), 2), row.ns().range(2), figure(since.ratio().value(), 3),
                since.ratio().range(3), since.judgement())));
        return table;
    }

    private Optional<Change> change(Row row) {
        return row.state() != State.QUIET ? Optional.empty()
                : changes.stream().filter(change -> change.name().equals(row.name())).findFirst();
    }

    private static String figure(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /// For programs, and for a later `--vs`.
    public Map<String, Object> json() {
        return Json.object("kind", "trampette-bench", "host", Host.here().json(), "fit", Json.object(
                        "fit", comparison.fitness().isFit(), "reason", comparison.fitness().reason().orElse(null)),
                "rows", comparison.rows().stream().map(this::json).toList());
    }

    private Map<String, Object> json(Row row) {
        Optional<Change> change = change(row);
        return Json.object(
                "name", row.name(),
                "state", row.state().label(),
                "nsPerCall", Json.figure(row.ns().value()),
                "low", Json.figure(row.ns().low()),
                "high", Json.figure(row.ns().high()),
                "ratio", Json.ratio(row.ratio().value()),
                "ratioLow", Json.ratio(row.ratio().low()),
                "ratioHigh", Json.ratio(row.ratio().high()),
                "verdict", row.judgement() == null ? null : row.judgement().label(),
                "bytesAllocated", Json.figure(row.bytes()),
                "ratioToReference", Json.ratio(row.ratioToReference().value()),
                "ratioToReferenceLow", Json.ratio(row.ratioToReference().low()),
                "ratioToReferenceHigh", Json.ratio(row.ratioToReference().high()),
                "ratioToEarlier", change.map(since -> Json.ratio(since.ratio().value())).orElse(null),
                "ratioToEarlierLow", change.map(since -> Json.ratio(since.ratio().low())).orElse(null),
                "ratioToEarlierHigh", change.map(since -> Json.ratio(since.ratio().high())).orElse(null),
                "since", change.map(since -> since.judgement().label()).orElse(null));
    }
}
