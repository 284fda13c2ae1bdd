package dev.trampette.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table of text, for a terminal or for Markdown. Columns whose cells begin with a digit are set to the right.
public final class Table {

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    /// Add a row with as many cells as the header has.
    public Table row(Object... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException("cells=%d, columns=%d".formatted(cells.length, header.size()));
        }
        rows.add(Arrays.stream(cells).map(String::valueOf).toList());
        return this;
    }

    /// A figure as tables print it: two decimals.
    public static String figure(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /// For a terminal.
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(line(header, "  "));
        lines.add(rule("  "));
        rows.forEach(row -> lines.add(line(row, "  ")));
        return String.join("\n", lines) + "\n";
    }

    /// For a Markdown document.
    public String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("| " + line(header, " | ") + " |");
        lines.add("|" + IntStream.range(0, header.size())
                .mapToObj(c -> numeric(c) ? "-".repeat(width(c) + 1) + ":" : "-".repeat(width(c) + 2))
                .collect(Collectors.joining("|")) + "|");
        rows.forEach(row -> lines.add("| " + line(row, " | ") + " |"));
        return String.join("\n", lines) + "\n";
    }

    private String rule(String separator) {
        return IntStream.range(0, header.size()).mapToObj(c -> "-".repeat(width(c)))
                .collect(Collectors.joining(separator));
    }

    private String line(List<String> cells, String separator) {
        String line = IntStream.range(0, header.size())
                .mapToObj(c -> pad(cells.get(c), width(c), numeric(c)))
                .collect(Collectors.joining(separator));
        return separator.isBlank() ? line.stripTrailing() : line;
    }

    private int width(int column) {
        return Math.max(header.get(column).length(),
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }

    private boolean numeric(int column) {
        return !rows.isEmpty() && rows.stream().map(row -> row.get(column))
                .allMatch(cell -> cell.isEmpty() || cell.equals("-")
                        || Character.isDigit(cell.charAt(0)) && cell.indexOf(' ') < 0);
    }

    private static String pad(String cell, int width, boolean right) {
        String space = " ".repeat(width - cell.length());
        return right ? space + cell : cell + space;
    }
}
