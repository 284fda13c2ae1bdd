package dev.trampette.report;

import dev.trampette.verdict.Coverage;
import dev.trampette.verdict.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What calls have not reached, for people and for programs.
public final class CoverageText {

    /// Routines that are named one by one.
    private static final int MOST = 8;

    private CoverageText() {
    }

    /// `foo: not reached: foo+0x31 to foo+0x37`, when there is something.
    static Optional<String> line(String symbol, Optional<Coverage> coverage) {
        return coverage.filter(one -> !one.isComplete())
                .map(one -> "%s: not reached: %s".formatted(symbol, String.join(", ", one.missed())));
    }

    /// A line for each, or one for all when they are many.
    static List<String> lines(List<Verdict> verdicts) {
        List<String> lines = verdicts.stream()
                .flatMap(verdict -> line(verdict.contract().symbol(), verdict.coverage()).stream()).toList();
        return lines.size() <= MOST ? lines
                : List.of("%d of %d wrappers have instructions or ways of branches that no case has reached"
                        .formatted(lines.size(), verdicts.size()));
    }

    /// For programs; null where nobody knows what belongs to the routine.
    public static Map<String, Object> json(Optional<Coverage> coverage) {
        return coverage.map(one -> Json.object("instructions", one.instructions(), "executed", one.executed(),
                "missed", one.missed())).orElse(null);
    }

    /// What [#json] has written.
    public static Optional<Coverage> read(Object coverage) {
        return Stream.ofNullable((Map<?, ?>) coverage).map(members -> new Coverage(
                ((Number) members.get("instructions")).intValue(), ((Number) members.get("executed")).intValue(),
                Json.texts(members.get("missed")))).findFirst();
    }
}
