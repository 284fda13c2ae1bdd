package dev.trampette.cost;

import dev.trampette.tdx.Design;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// All rows of one run, and what they say.
///
/// @param rows the designs, shapes and layers
/// @param controls the rows that say whether the run is fit to be believed
public record Comparison(List<Row> rows, Controls controls) {

    /// The row of a design.
    public Optional<Row> row(Design design, Shape shape, Layer layer) {
        return rows.stream()
                .filter(row -> row.design() == design && row.shape() == shape && row.layer() == layer)
                .findFirst();
    }

    /// The time of a row over that of `memory-struct` with the same shape and layer; NaN when that was not measured.
    public double ratioToMemoryStruct(Row row) {
        return row(Design.MEMORY_STRUCT, row.shape(), row.layer())
                .map(base -> row.nanoseconds().mean() / base.nanoseconds().mean())
                .orElse(Double.NaN);
    }

    /// What the run says about the question that it was made for: four outputs, called from assembly.
    public String verdict() {
        Optional<Row> trampoline = row(Design.TRAMPOLINE, Shape.OUTPUTS_4, Layer.LOOP);
        Optional<Row> struct = row(Design.MEMORY_STRUCT, Shape.OUTPUTS_4, Layer.LOOP);
        Optional<Row> inline = row(Design.INLINE, Shape.OUTPUTS_4, Layer.LOOP);
        if (trampoline.isEmpty() || struct.isEmpty() || inline.isEmpty()) {
            return "no verdict: the rows for outputs-4 in layer loop were not measured";
        }
        return "%s%s; it is %s".formatted(
                controls.complaint().map(complaint -> "NOT FIT (" + complaint + "): ").orElse(""),
                against(trampoline.get(), struct.get()),
                times(trampoline.get(), inline.get()));
    }

    private static String against(Row trampoline, Row struct) {
        Interval a = trampoline.nanoseconds();
        Interval b = struct.nanoseconds();
        if (!a.differsFrom(b)) {
            return "trampoline and memory-struct cannot be told apart for 4 outputs (%s and %s)"
                    .formatted(nanoseconds(a), nanoseconds(b));
        }
        boolean cheaper = a.mean() < b.mean();
        double factor = cheaper ? b.mean() / a.mean() : a.mean() / b.mean();
        return "for 4 outputs the trampoline is %s times %s than memory-struct (%s against %s), with %d against %d bytes "
                .formatted(ratio(factor), cheaper ? "cheaper" : "dearer", nanoseconds(a), nanoseconds(b),
                        trampoline.size().callSite(), struct.size().callSite())
                + "at each call site";
    }

    private static String times(Row trampoline, Row inline) {
        return "%s times inline (%s)".formatted(
                ratio(trampoline.nanoseconds().mean() / inline.nanoseconds().mean()), nanoseconds(inline.nanoseconds()));
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String nanoseconds(Interval interval) {
        return String.format(Locale.ROOT, "%.2f ns", interval.mean());
    }
}
