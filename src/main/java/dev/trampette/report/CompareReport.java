package dev.trampette.report;

import dev.trampette.cost.Figure;
import dev.trampette.cost.PairTime;
import dev.trampette.generate.Text;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.trace.Likeness;
import dev.trampette.verify.trace.Trace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What `compare` shows of two routines.
///
/// @param first A
/// @param second B
/// @param renamed arguments of B that are taken for those of A although their names differ, by A's names
/// @param likeness whether they do the same; empty when one of them could not be looked at
/// @param time how their times compare; empty when it was not measured
/// @param noTime why it was not, a sentence; empty when nobody asked
/// @param seed of the random values
public record CompareReport(Side first, Side second, Map<String, String> renamed, Optional<Likeness> likeness,
        Optional<PairTime> time, String noTime, long seed) {

    /// Places that are shown, and findings of a routine.
    private static final int MOST = 8;
    private static final String INDENT = "    ";

    /// One of them.
    ///
    /// @param name as the user gave it
    /// @param verdict what the cases showed; empty when it was not verified
    /// @param assumptions what was taken for granted, a sentence each
    /// @param refusal why it was not verified, or could not be looked at; or empty
    /// @param bytes of its code, 0 when nobody knows
    /// @param sharedBytes of the routines that it goes through
    /// @param counts what a call executes, by outcome
    public record Side(String name, Optional<Verdict> verdict, List<String> assumptions, String refusal, long bytes,
            long sharedBytes, Map<String, Trace.Counts> counts) {

        private String text() {
            return verdict.map(Verdict::toString).orElse("not verified");
        }

        private Set<String> broken() {
            return verdict.stream().flatMap(one -> one.findings().stream())
                    .map(finding -> finding.rule().label() + finding.where()).collect(Collectors.toSet());
        }
    }

    /// Outcomes in which both execute the same.
    private record Counted(List<String> outcomes, Trace.Counts first, Trace.Counts second) {
    }

    /// Whether both do the same, and nothing is wrong with one that is not wrong with the other.
    public boolean isSame() {
        return likeness.filter(Likeness::isSame).isPresent() && first.verdict.isPresent()
                && second.verdict.isPresent() && first.broken().equals(second.broken());
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        Function<String, String> paragraph = line -> Text.wrap(line, screen - INDENT.length()).stream()
                .collect(Collectors.joining("\n" + INDENT, "", "\n"));
        StringBuilder text = new StringBuilder(sides().text(screen));
        lines().forEach(line -> text.append(paragraph.apply(line)));
        text.append('\n').append(paragraph.apply(behaviour()));
        differences().forEach(line -> text.append(line.startsWith(INDENT)
                ? INDENT + paragraph.apply(line.strip()) : paragraph.apply(line)));
        if (!counted().isEmpty()) {
            text.append('\n').append(counts().text(screen));
        }
        if (!times().isEmpty()) {
            text.append('\n').append(paragraph.apply(times()));
        }
        return text.append(paragraph.apply("(seed %d)".formatted(seed))).toString();
    }

    /// A document.
    public String markdown() {
        StringBuilder text = new StringBuilder(sides().markdown()).append('\n');
        lines().forEach(line -> text.append("- ").append(line).append('\n'));
        text.append(lines().isEmpty() ? "" : "\n").append(behaviour()).append("\n\n");
        differences().forEach(line -> text.append(line.startsWith(INDENT) ? INDENT + "- " : "- ")
                .append(line.strip()).append('\n'));
        text.append(differences().isEmpty() ? "" : "\n");
        if (!counted().isEmpty()) {
            text.append(counts().markdown()).append('\n');
        }
        return text.append(times().isEmpty() ? "" : times() + "\n\n").append("(seed %d)%n".formatted(seed)).toString();
    }

    private Table sides() {
        Table table = new Table("", "routine", "verdict", "calls", "bytes", "shared bytes").wrap("routine", "verdict");
        int directory = directory();
        Stream.of(first, second).forEach(side -> table.row(side == first ? "A" : "B",
                side.name.substring(directory), side.text(),
                side.verdict.map(Verdict::calls).orElse(0L), side.bytes == 0 ? "-" : side.bytes, side.sharedBytes));
        return table;
    }

    /// How much of both names is the directory that both files are in.
    private int directory() {
        int same = 0;
        while (same < Math.min(first.name.length(), second.name.length())
                && first.name.charAt(same) == second.name.charAt(same)) {
            same++;
        }
        return first.name.lastIndexOf('/', same - 1) + 1;
    }

    /// What was found, and what was taken for granted, of each; what is said of both is said once.
    private List<String> lines() {
        Map<String, String> letters = new LinkedHashMap<>();
        for (Side side : List.of(first, second)) {
            lines(side).forEach(line -> letters.merge(line, side == first ? "A" : "B", "%s, %s"::formatted));
        }
        List<String> lines = new ArrayList<>();
        letters.forEach((line, letter) -> lines.add("%s: %s".formatted(letter, line)));
        if (!renamed.isEmpty()) {
            lines.add("arguments by their places: " + renamed.entrySet().stream().map(one -> "%s is %s of B".formatted(
                    one.getKey(), one.getValue())).collect(Collectors.joining(", ")));
        }
        return lines;
    }

    private static List<String> lines(Side side) {
        List<String> lines = new ArrayList<>();
        if (!side.refusal.isEmpty()) {
            lines.add(side.refusal);
        }
        List<Finding> findings = side.verdict.map(Verdict::findings).orElse(List.of());
        findings.stream().limit(MOST).forEach(finding -> lines.add("%s: %s, outcome=%s%s".formatted(
                finding.rule().label(), finding.where(), String.join(", ", finding.outcomes()),
                finding.blamed().map(it -> ", by " + it).or(() -> finding.at().map(at -> ", at " + at)).orElse(""))));
        if (findings.size() > MOST) {
            lines.add("%s more; verify shows all".formatted(Count.of(findings.size() - MOST, "finding")));
        }
        side.assumptions.stream().distinct().forEach(sentence -> lines.add("taken for granted: " + sentence));
        return lines.stream().distinct().toList();
    }

    private String behaviour() {
        return likeness.map(it -> (it.isSame() ? "behaviour: the same in %s of %s%s".formatted(
                        Count.of(it.cases(), "case"), Count.of(it.outcomes().size(), "outcome"), only(it))
                        : "behaviour: differs, first in %s%s%s".formatted(it.differences().getFirst().place(),
                                outcomes(it, it.differences().getFirst()), only(it))))
                .orElse("behaviour: not compared");
    }

    private static String only(Likeness likeness) {
        return only("A", likeness.onlyFirst()) + only("B", likeness.onlySecond());
    }

    private static String only(String letter, List<String> outcomes) {
        return outcomes.isEmpty() ? "" : "; only %s has the outcome%s %s".formatted(letter,
                outcomes.size() == 1 ? "" : "s", String.join(", ", outcomes));
    }

    private static String outcomes(Likeness likeness, Likeness.Difference difference) {
        return difference.outcomes().isEmpty() ? "" : likeness.isAlways(difference) ? ", on every outcome"
                : ", outcome=" + String.join(", ", difference.outcomes());
    }

    /// The first in full, and the places of the others.
    private List<String> differences() {
        List<String> lines = new ArrayList<>();
        List<Likeness.Difference> all = likeness.map(Likeness::differences).orElse(List.of());
        for (Likeness.Difference difference : all.subList(0, Math.min(MOST, all.size()))) {
            if (difference != all.getFirst()) {
                lines.add("then in %s%s".formatted(difference.place(),
                        outcomes(likeness.get(), difference)));
            }
            lines.add(INDENT + "A  " + difference.first());
            lines.add(INDENT + "B  " + difference.second());
        }
        if (all.size() > MOST) {
            lines.add("and in %s more".formatted(Count.of(all.size() - MOST, "place")));
        }
        return lines;
    }

    private List<Counted> counted() {
        Map<List<Trace.Counts>, List<String>> outcomes = new LinkedHashMap<>();
        first.counts.forEach((outcome, one) -> Optional.ofNullable(second.counts.get(outcome)).ifPresent(other ->
                outcomes.computeIfAbsent(List.of(one, other), _ -> new ArrayList<>()).add(outcome)));
        return outcomes.entrySet().stream().map(one -> new Counted(one.getValue(), one.getKey().getFirst(),
                one.getKey().getLast())).toList();
    }

    private Table counts() {
        Table table = new Table("A / B", "instructions", "loads", "stores", "branches", "stack bytes").wrap("A / B");
        counted().forEach(one -> table.row(String.join(", ", one.outcomes), both(one, Trace.Counts::instructions),
                both(one, Trace.Counts::loads), both(one, Trace.Counts::stores), both(one, Trace.Counts::branches),
                both(one, Trace.Counts::stackBytes)));
        return table;
    }

    private static String both(Counted counted, Function<Trace.Counts, Long> count) {
        return "%d / %d".formatted(count.apply(counted.first), count.apply(counted.second));
    }

    private String times() {
        return time.map(it -> "time: " + (it.ratio().isKnown()
                        ? String.format(Locale.ROOT, "B takes %.3f times as long as A %s: %s (A %.2f ns, B %.2f ns a "
                                + "call, in %d processes)", it.ratio().value(), it.ratio().range(3), it.judgement(),
                                it.first().value(), it.second().value(), it.forks())
                        : "not known") + it.unfit().map(why -> "; not fit to be believed: " + why).orElse(""))
                .orElseGet(() -> noTime.isEmpty() ? "" : "time: not measured; " + noTime);
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("kind", "trampette-comparison", "same", isSame(), "a", json(first), "b", json(second),
                "renamed", renamed, "behaviour", likeness.map(CompareReport::json).orElse(null),
                "counts", counted().stream().flatMap(one -> one.outcomes.stream().map(outcome -> Json.object(
                        "outcome", outcome, "a", TraceReport.json(one.first), "b", TraceReport.json(one.second))))
                        .toList(),
                "time", time.map(CompareReport::json).orElse(null), "noTime", noTime.isEmpty() ? null : noTime,
                "seed", Long.toString(seed));
    }

    private static Map<String, Object> json(Side side) {
        return Json.object("name", side.name,
                "verdict", side.verdict.isEmpty() ? "not verified" : side.verdict.get().holds() ? "holds" : "broken",
                "calls", side.verdict.map(Verdict::calls).orElse(0L),
                "findings", side.verdict.map(VerificationReport::findings).orElse(List.of()),
                "assumptions", side.assumptions, "refusal", side.refusal.isEmpty() ? null : side.refusal,
                "bytes", side.bytes == 0 ? null : side.bytes, "sharedBytes", side.sharedBytes);
    }

    private static Map<String, Object> json(Likeness likeness) {
        return Json.object("same", likeness.isSame(), "cases", likeness.cases(), "outcomes", likeness.outcomes(),
                "onlyA", likeness.onlyFirst(), "onlyB", likeness.onlySecond(),
                "differences", likeness.differences().stream().map(one -> Json.object("place", one.place(),
                        "outcomes", one.outcomes(), "always", likeness.isAlways(one), "case", one.number(),
                        "a", json(one.first()), "b", json(one.second()))).toList());
    }

    private static Map<String, Object> json(Likeness.Side side) {
        return Json.object("value", side.value(), "origin", side.origin());
    }

    private static Map<String, Object> json(PairTime time) {
        return Json.object("ratio", json(time.ratio(), Json::ratio), "verdict", time.judgement().label(),
                "nsA", json(time.first(), Json::figure), "nsB", json(time.second(), Json::figure),
                "forks", time.forks(), "quietShare", Json.ratio(time.quietShare()),
                "unfit", time.unfit().orElse(null));
    }

    private static Map<String, Object> json(Figure figure, Function<Double, Double> rounded) {
        return Json.object("value", rounded.apply(figure.value()), "low", rounded.apply(figure.low()),
                "high", rounded.apply(figure.high()));
    }
}
