package dev.trampette.report;

import dev.trampette.generate.Text;
import dev.trampette.spec.LeafChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a newer table of leaves changes, and which shipped wrappers it breaks.
///
/// @param changes the leaves that differ
/// @param broken the symbols of the wrappers that are wrong for the newer table, by the leaf's title
public record TableDiff(List<LeafChange> changes, Map<String, List<String>> broken) {

    private static final String INDENT = "    ";

    /// Whether no shipped wrapper is wrong.
    public boolean holds() {
        return broken.isEmpty();
    }

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        StringBuilder text = new StringBuilder();
        for (LeafChange change : changes) {
            text.append("%-8s %s%n".formatted(kind(change), change.title()));
            for (String line : lines(change)) {
                text.append(Text.wrap(line, screen - INDENT.length() - 2).stream()
                        .collect(Collectors.joining("\n" + INDENT + "  ", INDENT, "\n")));
            }
        }
        return text.append(summary()).append('\n').toString();
    }

    /// For a Markdown document.
    public String markdown() {
        return changes.stream().map(change -> "- %s %s%s%n".formatted(kind(change), change.title(),
                        lines(change).stream().map("%n  - %s"::formatted).collect(Collectors.joining())))
                .collect(Collectors.joining()) + "%n%s.%n".formatted(summary());
    }

    /// For JSON.
    public Object json() {
        return Json.object("changes", changes.stream().map(change -> Json.object("leaf", change.title(),
                "kind", kind(change), "calls", change.calls(), "words", change.words(),
                "breaks", broken.getOrDefault(change.title(), List.of()))).toList());
    }

    private List<String> lines(LeafChange change) {
        List<String> lines = new ArrayList<>(change.calls());
        lines.addAll(change.words());
        List<String> wrappers = broken.getOrDefault(change.title(), List.of());
        if (!wrappers.isEmpty()) {
            lines.add("breaks " + String.join(" ", wrappers));
        }
        return lines;
    }

    private static String kind(LeafChange change) {
        return change.before().isEmpty() ? "added" : change.after().isEmpty() ? "removed" : "changed";
    }

    private String summary() {
        Map<String, Long> numbers = changes.stream().collect(Collectors.groupingBy(TableDiff::kind,
                Collectors.counting()));
        int wrappers = broken.values().stream().mapToInt(List::size).sum();
        return "%d added, %d removed, %d changed: %s".formatted(numbers.getOrDefault("added", 0L),
                numbers.getOrDefault("removed", 0L), numbers.getOrDefault("changed", 0L), wrappers == 0
                        ? "no shipped wrapper breaks" : wrappers == 1 ? "1 shipped wrapper breaks"
                        : "%d shipped wrappers break".formatted(wrappers));
    }
}
