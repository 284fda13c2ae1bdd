package dev.trampette.report;

import dev.trampette.contract.Contract;
import dev.trampette.generate.Text;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What `verify` shows: wrappers and what they broke, as text, Markdown and JSON.
///
/// @param verdicts wrapper by wrapper
/// @param seed of the random values
/// @param elapsedNanos how long it took
public record VerificationReport(List<Verdict> verdicts, long seed, long elapsedNanos) {

    /// Whether every wrapper held.
    public boolean holds() {
        return verdicts.stream().allMatch(Verdict::holds);
    }

    /// For a terminal. A finding is a line that can be searched for, however long it is.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        return table().text(screen) + findings(verdicts, Finding::toString)
                + CoverageText.lines(verdicts).stream().map(line -> line + "\n").collect(Collectors.joining())
                + Text.paragraph(summary(), screen);
    }

    /// A document.
    public String markdown() {
        String findings = findings(verdicts, finding -> "- " + finding.markdown())
                + CoverageText.lines(verdicts).stream().map(line -> "- " + line + "\n").collect(Collectors.joining());
        return table().markdown() + "\n" + (findings.isEmpty() ? "" : findings + "\n") + summary() + "\n";
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("wrappers", verdicts.stream().map(VerificationReport::json).toList(),
                "seed", seed, "elapsedNanos", elapsedNanos);
    }

    private Table table() {
        Table table = new Table("wrapper", "design", "calls", "verdict").wrap("verdict").drop("design", "calls");
        verdicts.forEach(verdict -> table.row(verdict.contract().symbol(), verdict.contract().design(),
                verdict.calls(), verdict));
        return table;
    }

    /// What these broke, a line for each finding.
    static String findings(List<Verdict> verdicts, Function<Finding, String> form) {
        return verdicts.stream().flatMap(verdict -> verdict.findings().stream())
                .map(finding -> form.apply(finding) + "\n").collect(Collectors.joining());
    }

    private String summary() {
        long broken = verdicts.stream().filter(verdict -> !verdict.holds()).count();
        return "%s, %d calls: %s (seed %d)".formatted(Count.of(verdicts.size(), "wrapper"),
                verdicts.stream().mapToLong(Verdict::calls).sum(),
                broken > 0 ? broken + " broken" : verdicts.size() == 1 ? "holds" : "all hold", seed);
    }

    private static Map<String, Object> json(Verdict verdict) {
        Contract contract = verdict.contract();
        return Json.object(
                "name", contract.symbol(),
                "design", contract.design(),
                "image", "shim",
                "instruction", contract.mnemonic(),
                "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                "cases", verdict.calls(),
                "verdict", verdict.holds() ? "holds" : "broken",
                "coverage", CoverageText.json(verdict.coverage()),
                "findings", findings(verdict));
    }

    /// The findings of a verdict, for programs.
    static List<Map<String, Object>> findings(Verdict verdict) {
        return verdict.findings().stream().map(finding -> Json.object(
                "rule", finding.rule().label(),
                "isAdvice", verdict.isAdvice(finding),
                "outcome", finding.outcomes().getFirst(),
                "outcomes", finding.outcomes(),
                "register", finding.where(),
                "expected", finding.values().map(values -> hex(values.expected())).orElse(null),
                "actual", finding.values().map(values -> hex(values.actual())).orElse(null),
                "at", finding.at().orElse(null),
                "lostAt", finding.blamed().map(Finding.Instruction::toString).orElse(null),
                "trail", finding.trail().instructions().stream().map(Finding.Instruction::toString).toList(),
                "isLoop", finding.trail().isLoop(),
                "with", finding.situation(),
                "message", finding.line() + finding.values().map(values -> ", " + values).orElse(""))).toList();
    }

    private static String hex(OptionalLong value) {
        return value.isPresent() ? "0x%x".formatted(value.getAsLong()) : null;
    }
}
