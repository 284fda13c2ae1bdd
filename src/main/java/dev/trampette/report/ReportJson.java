package dev.trampette.report;

import dev.trampette.cost.Comparison;
import dev.trampette.cost.Control;
import dev.trampette.cost.Executed;
import dev.trampette.cost.Figure;
import dev.trampette.cost.Instructions;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Row;
import dev.trampette.cost.SiteSize;
import dev.trampette.cost.State;
import dev.trampette.image.ImageFile;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// The main result as JSON: what was checked and what was measured. The other forms are made of it, and of nothing
/// else. Its schema is `docs/report.schema.json`.
///
/// @param comparison what the measurements showed
/// @param verdicts what the checks showed, wrapper by wrapper
/// @param counts what a call site executes, where anybody knows
/// @param about everything else
public record ReportJson(Comparison comparison, List<Verdict> verdicts,
        Function<String, Optional<Executed.Counts>> counts, About about) {

    /// Around the figures.
    ///
    /// @param host where
    /// @param steal the part of the time that the hypervisor gave to others, 0 to 1
    /// @param seed of the checks
    /// @param seconds how long it took
    /// @param partial whether it was stopped before its end
    /// @param command what makes it again
    public record About(Host host, double steal, long seed, double seconds, boolean partial, String command) {
    }

    /// What the parts of a row are called where an instruction is named otherwise.
    private static final String EVIDENCE = "evidence";

    private static final int VERSION = 1;

    /// All of it.
    public Map<String, Object> json() {
        Map<String, Object> host = about.host().json();
        host.put("steal", Json.figure(about.steal()));
        host.put("nasm", Host.version("nasm", "-v"));
        host.put("gcc", Host.version("gcc", "--version"));
        List<Row> rows = comparison.rows();
        Predicate<Row> isEvidence = row -> row.panel().instruction().equals(EVIDENCE);
        return Json.object(
                "kind", "trampette-report",
                "version", VERSION,
                "partial", about.partial(),
                "headline", headline(),
                "fit", Json.object(
                        "fit", comparison.fitness().isFit(),
                        "reason", comparison.fitness().reason().orElse(null),
                        "quietShare", Json.ratio(comparison.fitness().quietShare()),
                        "sentences", comparison.fitness().sentences()),
                "margin", comparison.margin(),
                "rows", rows.stream().filter(isEvidence.negate()).map(this::row).toList(),
                "controls", comparison.controls().stream().map(ReportJson::control).toList(),
                "evidence", rows.stream().filter(isEvidence).filter(row -> row.state() == State.QUIET)
                        .map(ReportJson::evidence).toList(),
                "verification", Json.object(
                        "calls", verdicts.stream().mapToLong(Verdict::calls).sum(),
                        "seed", about.seed(),
                        "rows", verdicts.stream().map(ReportJson::verification).toList()),
                "callSites", rows.stream().filter(isEvidence.negate()).filter(row -> row.state() == State.QUIET)
                        .filter(row -> row.panel().layer() == Layer.LOOP && !row.symbol().isEmpty())
                        .map(row -> row.symbol() + ' ' + row.design() + '\t' + row.panel().shape()).distinct()
                        .map(ReportJson::callSite).toList(),
                "host", host,
                "seed", about.seed(),
                "seconds", Json.figure(about.seconds()),
                "date", about.host().date(),
                "command", about.command());
    }

    private Map<String, Object> headline() {
        Figure ratio = comparison.headline();
        return Json.object(
                "ratio", Json.ratio(ratio.value()),
                "low", Json.ratio(ratio.low()),
                "high", Json.ratio(ratio.high()),
                "verdict", comparison.verdict().label(),
                "sentence", comparison.sentence());
    }

    private Map<String, Object> row(Row row) {
        SiteSize size = row.symbol().isEmpty() ? null : SiteSize.of(row.symbol());
        Optional<Executed.Counts> counted = isPlain(row) ? counts.apply(row.symbol()) : Optional.empty();
        return Json.object(
                "layer", row.panel().layer().label(),
                "instruction", row.panel().instruction(),
                "design", row.design(),
                "shape", row.panel().shape(),
                "liveValues", row.panel().liveValues().orElse(null),
                "state", row.state().label(),
                "mode", row.panel().mode().label(),
                "nsPerCall", Json.figure(row.ns().value()),
                "low", Json.figure(row.ns().low()),
                "high", Json.figure(row.ns().high()),
                "ratio", Json.ratio(row.ratio().value()),
                "ratioLow", Json.ratio(row.ratio().low()),
                "ratioHigh", Json.ratio(row.ratio().high()),
                "ratioToInline", Json.ratio(row.ratioToInline().value()),
                "ratioToInlineLow", Json.ratio(row.ratioToInline().low()),
                "ratioToInlineHigh", Json.ratio(row.ratioToInline().high()),
                "verdict", row.judgement() == null ? null : row.judgement().label(),
                "instructions", counted.map(Executed.Counts::instructions).orElse(null),
                "loads", counted.map(Executed.Counts::loads).orElse(null),
                "stores", counted.map(Executed.Counts::stores).orElse(null),
                "callSiteBytes", size == null ? null : size.callSite(),
                "sharedBytes", size == null ? null : size.shared(),
                "bytesAllocated", Json.figure(row.bytes()),
                "checks", checks(row.symbol()),
                "forks", row.dots().stream().map(dot -> Json.object("fork", dot.fork(),
                        "nsPerCall", Json.figure(dot.ns()), "ratio", Json.ratio(dot.ratio()))).toList(),
                "quantiles", Arrays.stream(row.quantiles()).mapToObj(Json::figure).toList());
    }

    /// Whether the call is one that succeeds, as it is when instructions are counted.
    private static boolean isPlain(Row row) {
        return !List.of("retry", "vmfail").contains(row.panel().shape());
    }

    private String checks(String symbol) {
        return verdicts.stream().filter(verdict -> verdict.contract().symbol().equals(symbol))
                .map(verdict -> verdict.holds() ? "holds" : "broken").findFirst()
                .map(word -> word.equals("holds") ? "hold" : word).orElse(null);
    }

    private static Map<String, Object> control(Control control) {
        return Json.object(
                "layer", control.layer().label(),
                "design", control.design(),
                "name", control.kind().label(),
                "ratio", Json.ratio(control.ratio().value()),
                "low", Json.ratio(control.ratio().low()),
                "high", Json.ratio(control.ratio().high()),
                "fit", control.isFit());
    }

    private static Map<String, Object> evidence(Row row) {
        return Json.object(
                "name", row.panel().layer() == Layer.LOOP ? row.design() : row.design() + ", " + row.panel().layer(),
                "nsPerCall", Json.figure(row.ns().value()),
                "low", Json.figure(row.ns().low()),
                "high", Json.figure(row.ns().high()));
    }

    private static Map<String, Object> verification(Verdict verdict) {
        return Json.object(
                "name", verdict.contract().symbol(),
                "design", verdict.contract().design(),
                "verdict", verdict.holds() ? "holds" : "broken",
                "calls", verdict.calls(),
                "findings", verdict.findings().stream().map(Finding::line).toList());
    }

    private static Map<String, Object> callSite(String key) {
        String symbol = key.substring(0, key.indexOf(' '));
        return Json.object(
                "design", key.substring(key.indexOf(' ') + 1, key.indexOf('\t')),
                "symbol", symbol,
                "shape", key.substring(key.indexOf('\t') + 1),
                "bytes", ImageFile.hardware().size(symbol),
                "listing", Instructions.listing(symbol).orElse(List.of()).stream().map(String::strip)
                        .map(line -> line.replaceFirst("^(\\S+) +", "$1: ")).toList());
    }
}
