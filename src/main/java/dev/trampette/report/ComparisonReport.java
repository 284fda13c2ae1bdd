package dev.trampette.report;

import dev.trampette.abi.Finding;
import dev.trampette.abi.Verdict;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Interval;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Row;
import dev.trampette.cost.Shape;
import dev.trampette.generate.Text;
import dev.trampette.tdx.Design;
import java.util.List;
import java.util.Map;

/// The main result: what was checked and what was measured, as text, Markdown and JSON.
///
/// @param host where
/// @param seed of the checks
/// @param verdicts what the checks showed, wrapper by wrapper
/// @param comparison what the measurements showed
public record ComparisonReport(Host host, long seed, List<Verdict> verdicts, Comparison comparison) {

    private static final String LIMITS = """
            A shim is not a VM exit: a stub stands for TDCALL, and a real TDG.VP.VMCALL leaves the TD and costs
            thousands of cycles more, the same for every design. Every row holds a call and return for the loop and one
            for the stub; nothing is subtracted. [95 %] is the confidence interval over forks, `places` the slowest of
            four placements of the code over the fastest.""";

    /// Whether every wrapper held.
    public boolean holds() {
        return verdicts.stream().allMatch(Verdict::holds);
    }

    /// The line at the end.
    public String verdict() {
        long broken = verdicts.stream().filter(verdict -> !verdict.holds()).count();
        long cases = verdicts.stream().mapToLong(Verdict::calls).sum();
        String checked = broken == 0
                ? "%s in %d calls".formatted(verdicts.size() == 1 ? "1 wrapper holds"
                        : "all %d wrappers hold".formatted(verdicts.size()), cases)
                : "%d of %s %s broken".formatted(broken, Count.of(verdicts.size(), "wrapper"),
                        broken == 1 ? "is" : "are");
        return checked + "; " + comparison.verdict();
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        return Text.paragraph(host.line(), screen) + '\n'
                + table().text(screen) + '\n'
                + vmread().text(screen) + '\n'
                + VerificationReport.findings(verdicts, Finding::toString)
                + Text.paragraph(LIMITS.replace('\n', ' '), screen) + '\n'
                + Text.paragraph("controls: " + controls(), screen)
                + Text.paragraph("verdict: " + verdict(), screen);
    }

    /// A document.
    public String markdown() {
        StringBuilder text = new StringBuilder("# Hypercall wrappers: designs compared\n\n");
        text.append(verdict()).append(".\n\n").append(host.line()).append(".\n\n## TDG.VP.VMCALL\n\n")
                .append(table().markdown()).append('\n').append(LIMITS)
                .append("\n\n## VMREAD, a sequence of eight with six values alive\n\n").append(vmread().markdown())
                .append("\n## Controls\n\n").append(controls()).append(".\n");
        if (!holds()) {
            text.append("\n## Findings (seed ").append(seed).append(")\n\n");
            text.append(VerificationReport.findings(verdicts, finding -> "- " + finding.markdown()));
        }
        return text.toString();
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object(
                "host", host.json(),
                "rows", comparison.rows().stream().map(this::json).toList(),
                "vmread", comparison.vmread().stream().map(row -> Json.object(
                        "design", row.design().label(),
                        "nsPerSequence", Json.figure(row.nanoseconds().mean()),
                        "low", Json.figure(row.nanoseconds().low()),
                        "high", Json.figure(row.nanoseconds().high()),
                        "callSiteBytes", row.size().callSite(),
                        "sharedBytes", row.size().shared())).toList(),
                "controls", Json.object(
                        "first", json(comparison.controls().first()),
                        "again", json(comparison.controls().again()),
                        "doubled", json(comparison.controls().doubled()),
                        "emptyCall", json(comparison.controls().emptyCall()),
                        "fit", comparison.controls().complaint().isEmpty()),
                "checks", Json.object(
                        "seed", seed,
                        "wrappers", verdicts.stream().map(verdict -> Json.object(
                                "name", verdict.contract().symbol(),
                                "cases", verdict.calls(),
                                "verdict", verdict.holds() ? "holds" : "broken",
                                "findings", verdict.findings().stream().map(Finding::line).toList())).toList()),
                "verdict", verdict());
    }

    private Map<String, Object> json(Row row) {
        return Json.object(
                "design", row.design().label(),
                "shape", row.shape().label(),
                "layer", row.layer().label(),
                "nsPerCall", Json.figure(row.nanoseconds().mean()),
                "low", Json.figure(row.nanoseconds().low()),
                "high", Json.figure(row.nanoseconds().high()),
                "placementSpread", Json.figure(row.placementSpread()),
                "ratioToMemoryStruct", Json.figure(comparison.ratioToMemoryStruct(row)),
                "callSiteBytes", row.size().callSite(),
                "sharedBytes", row.size().shared());
    }

    private static Map<String, Object> json(Interval interval) {
        return Json.object("ns", Json.figure(interval.mean()), "low", Json.figure(interval.low()),
                "high", Json.figure(interval.high()));
    }

    private Table table() {
        Table table = new Table("shape", "design", "loop ns", "[95 %]", "places", "x struct", "critical ns",
                "downcall ns", "site B", "shared B", "checks")
                .wrap("critical ns", "downcall ns", "checks")
                .drop("places", "[95 %]", "critical ns", "downcall ns", "shared B");
        for (Shape shape : Shape.values()) {
            for (Design design : Design.values()) {
                Row loop = comparison.row(design, shape, Layer.LOOP).orElseThrow();
                table.row(shape, design, figure(loop), loop.nanoseconds().range(), Table.figure(loop.placementSpread()),
                        Table.figure(comparison.ratioToMemoryStruct(loop)),
                        figure(comparison.row(design, shape, Layer.CRITICAL).orElseThrow()),
                        figure(comparison.row(design, shape, Layer.DOWNCALL).orElseThrow()),
                        loop.size().callSite(), loop.size().shared(), checks(design.callSite(shape.leaf())));
            }
        }
        return table;
    }

    private Table vmread() {
        Table table = new Table("VMREAD x 8", "loop ns", "[95 %]", "sequence B", "shared B", "checks")
                .wrap("checks").drop("[95 %]");
        comparison.vmread().forEach(row -> table.row(row.design(), Table.figure(row.nanoseconds().mean()),
                row.nanoseconds().range(), row.size().callSite(), row.size().shared(),
                checks(row.design().callSite("vmread_8"))));
        return table;
    }

    private String controls() {
        var controls = comparison.controls();
        return "the trampoline measured again %s, with twice the calls %s, against %s; an empty call in the loop %s"
                .formatted(ns(controls.again()), ns(controls.doubled()), ns(controls.first()),
                        ns(controls.emptyCall()));
    }

    private String checks(String symbol) {
        return verdicts.stream().filter(verdict -> verdict.contract().symbol().equals(symbol))
                .map(Verdict::toString).findFirst().orElse("");
    }

    private static String figure(Row row) {
        return Table.figure(row.nanoseconds().mean());
    }

    private static String ns(Interval interval) {
        return Table.figure(interval.mean()) + " ns";
    }
}
