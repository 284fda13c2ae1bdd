package dev.trampette.cost;

import dev.trampette.tdx.Design;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// All rows of one run, and what they say.
///
/// @param rows the designs, shapes and layers of TDG.VP.VMCALL
/// @param vmread the designs of VMREAD
/// @param controls the rows that say whether the run is fit to be believed
public record Comparison(List<Row> rows, List<VmreadRow> vmread, Controls controls) {

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
        Optional<Row> perLeaf = row(Design.PER_LEAF, Shape.OUTPUTS_4, Layer.LOOP);
        if (trampoline.isEmpty() || struct.isEmpty() || inline.isEmpty() || perLeaf.isEmpty()) {
            return "no verdict: the rows for outputs-4 in layer loop were not measured";
        }
        return controls.complaint().map(complaint -> "NOT FIT (" + complaint + "): ").orElse("")
                + against(trampoline.get(), struct.get())
                + added(trampoline.get(), perLeaf.get(), struct.get(), inline.get());
    }

    private static String against(Row trampoline, Row struct) {
        Interval a = trampoline.nanoseconds();
        Interval b = struct.nanoseconds();
        if (!a.differsFrom(b)) {
            return "for 4 outputs trampoline and memory-struct cannot be told apart (%s and %s ns)"
                    .formatted(figure(a.mean(), 2), figure(b.mean(), 2));
        }
        boolean cheaper = a.mean() < b.mean();
        return "for 4 outputs the trampoline is %s times %s than memory-struct (%s against %s ns), %d against %d bytes"
                .formatted(figure(cheaper ? b.mean() / a.mean() : a.mean() / b.mean(), 1),
                        cheaper ? "cheaper" : "dearer", figure(a.mean(), 2), figure(b.mean(), 2),
                        trampoline.size().callSite(), struct.size().callSite()) + " at each call site";
    }

    /// What the loop and the stub cost is in every row; what a design adds to the floor is the design's.
    private static String added(Row trampoline, Row perLeaf, Row struct, Row inline) {
        double floor = inline.nanoseconds().mean();
        return ("; it is %s times inline (%s ns); beyond inline the trampoline takes %s ns, per-leaf %s, "
                + "memory-struct %s").formatted(figure(trampoline.nanoseconds().mean() / floor, 1), figure(floor, 2),
                        figure(trampoline.nanoseconds().mean() - floor, 1),
                        figure(perLeaf.nanoseconds().mean() - floor, 1),
                        figure(struct.nanoseconds().mean() - floor, 1));
    }

    private static String figure(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
