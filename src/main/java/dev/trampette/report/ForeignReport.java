package dev.trampette.report;

import dev.trampette.generate.Text;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What `verify FILE` shows.
///
/// @param rows routine by routine
/// @param seed of the random values
/// @param elapsedNanos how long it took
/// @param isWhole whether all findings are shown, and not a screenful
public record ForeignReport(List<Row> rows, long seed, long elapsedNanos, boolean isWhole) {

    /// Findings of one routine that fit on a screen.
    private static final int MOST = 8;

    /// One routine.
    ///
    /// @param symbol its name
    /// @param verdict what the cases showed; empty when it was not verified
    /// @param assumptions what was taken for granted
    /// @param refusal why it was not verified, or empty
    public record Row(String symbol, Optional<Verdict> verdict, List<String> assumptions, String refusal) {

        private String text() {
            return verdict.map(Verdict::toString).orElse("not verified");
        }
    }

    /// Whether every routine held.
    public boolean holds() {
        return rows.stream().allMatch(row -> row.verdict.filter(Verdict::holds).isPresent());
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        StringBuilder text = new StringBuilder(table().text(screen));
        for (Row row : rows) {
            lines(row).forEach(line -> text.append(line).append('\n'));
        }
        return text.append(Text.paragraph(summary(), screen)).toString();
    }

    /// A document.
    public String markdown() {
        return table().markdown() + "\n" + rows.stream().flatMap(row -> lines(row).stream())
                .map(line -> "    " + line + "\n").collect(Collectors.joining()) + "\n" + summary() + "\n";
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("routines", rows.stream().map(row -> Json.object(
                "name", row.symbol,
                "verdict", row.verdict.isEmpty() ? "not verified" : row.verdict.get().holds() ? "holds" : "broken",
                "cases", row.verdict.map(Verdict::calls).orElse(0L),
                "contract", row.verdict.map(verdict -> verdict.contract().toString()).orElse(null),
                "assumptions", row.assumptions,
                "refusal", row.refusal.isEmpty() ? null : row.refusal,
                "coverage", CoverageText.json(row.verdict.flatMap(Verdict::coverage)),
                "findings", row.verdict.map(VerificationReport::findings).orElse(List.of()))).toList(),
                "seed", seed, "elapsedNanos", elapsedNanos);
    }

    private Table table() {
        Table table = new Table("routine", "calls", "verdict").wrap("verdict").drop("calls");
        rows.forEach(row -> table.row(row.symbol, row.verdict.map(Verdict::calls).orElse(0L), row.text()));
        return table;
    }

    private List<String> lines(Row row) {
        List<String> lines = new ArrayList<>();
        if (!row.refusal.isEmpty()) {
            lines.add(row.refusal);
        }
        List<Finding> findings = row.verdict.map(Verdict::findings).orElse(List.of());
        int shown = isWhole ? findings.size() : Math.min(MOST, findings.size());
        findings.subList(0, shown).forEach(finding -> lines.addAll(finding.toString().lines().toList()));
        if (shown < findings.size()) {
            lines.add("%s: %s more; --verbose shows all".formatted(row.symbol,
                    Count.of(findings.size() - shown, "finding")));
        }
        CoverageText.line(row.symbol, row.verdict.flatMap(Verdict::coverage)).ifPresent(lines::add);
        row.assumptions.forEach(sentence -> lines.add("%s: taken for granted: %s".formatted(row.symbol, sentence)));
        return lines;
    }

    private String summary() {
        long broken = rows.stream().filter(row -> row.verdict.filter(verdict -> !verdict.holds()).isPresent()).count();
        long without = rows.stream().filter(row -> row.verdict.isEmpty()).count();
        return "%s: %s%s (seed %d)".formatted(Count.of(rows.size(), "routine"),
                broken > 0 ? broken + " broken" : without == 0 ? rows.size() == 1 ? "holds" : "all hold"
                        : "none is broken",
                without > 0 ? ", %d not verified".formatted(without) : "", seed);
    }
}
