package dev.trampette.benchmarks;

import dev.trampette.cost.Comparison;
import dev.trampette.cost.Controls;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Row;
import dev.trampette.cost.Shape;
import dev.trampette.cost.SiteSize;
import dev.trampette.cost.VmreadRow;
import dev.trampette.tdx.Design;
import dev.trampette.vmx.VmreadDesign;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// From the samples of [Subject#comparison] to the comparison.
public final class ComparisonRun {

    private ComparisonRun() {
    }

    /// The rows of a run that measured everything the comparison needs.
    public static Comparison comparison(Map<Subject, Samples> results) {
        List<Row> rows = new ArrayList<>();
        for (Layer layer : Layer.values()) {
            for (Shape shape : Shape.values()) {
                for (Design design : Design.values()) {
                    Samples samples = results.get(Subject.of(layer, shape, design));
                    rows.add(new Row(design, shape, layer, samples.interval(), samples.placementSpread(),
                            SiteSize.of(design.callSite(shape.leaf()))));
                }
            }
        }
        List<VmreadRow> vmread = Arrays.stream(VmreadDesign.values())
                .map(design -> new VmreadRow(design, results.get(Subject.of(design)).interval(),
                        SiteSize.of(design.callSite("vmread_8"))))
                .toList();
        Controls controls = new Controls(
                results.get(Subject.of(Layer.LOOP, Shape.OUTPUTS_4, Design.TRAMPOLINE)).interval(),
                results.get(Subject.AGAIN).interval(),
                results.get(Subject.DOUBLED).interval(),
                results.get(Subject.EMPTY_CALL).interval());
        return new Comparison(rows, vmread, controls);
    }
}
