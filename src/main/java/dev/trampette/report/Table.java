package dev.trampette.report;

import dev.trampette.generate.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table of text, for a terminal or for Markdown. Columns whose cells begin with a digit are set to the right.
///
/// On a terminal no line is longer than the screen. Where it would be, the columns that may wrap get narrower and their
/// cells go on in the next line, at a word; then the columns that may be left out go, one by one, and a line below says
/// which. Markdown has all of it.
public final class Table {

    private static final String GAP = "  ";
    /// Cells are narrower only when nothing can be left out any more.
    private static final int READABLE = 24;

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();
    private final List<Integer> wrapping = new ArrayList<>();
    private final List<Integer> optional = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    /// These columns may wrap.
    public Table wrap(String... columns) {
        Arrays.stream(columns).map(this::column).forEach(wrapping::add);
        return this;
    }

    /// These columns may be left out, the first of them first.
    public Table drop(String... columns) {
        Arrays.stream(columns).map(this::column).forEach(optional::add);
        return this;
    }

    private int column(String name) {
        int column = header.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException("no such column, name=" + name);
        }
        return column;
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
    ///
    /// @param screen how many columns of characters it has
    public String text(int screen) {
        int[] widths = IntStream.range(0, header.size()).map(this::width).toArray();
        List<Integer> shown = new ArrayList<>(IntStream.range(0, header.size()).boxed().toList());
        List<Integer> left = new ArrayList<>();
        narrow(widths, shown, wrapping, screen, this::readable);
        for (int column : optional) {
            if (length(widths, shown) <= screen) {
                break;
            }
            shown.remove((Integer) column);
            left.add(column);
        }
        widen(widths, shown, screen);
        narrow(widths, shown, wrapping, screen, this::longestWord);
        narrow(widths, shown, shown, screen, _ -> 1);

        StringBuilder text = new StringBuilder();
        append(text, header, widths, shown);
        text.append(shown.stream().map(column -> "-".repeat(widths[column])).collect(Collectors.joining(GAP)))
                .append('\n');
        rows.forEach(row -> append(text, row, widths, shown));
        if (!left.isEmpty()) {
            String names = left.stream().sorted().map(header::get).collect(Collectors.joining(", "));
            text.append(String.join("\n", Text.wrap("Left out in %d columns: %s.".formatted(screen, names), screen)))
                    .append('\n');
        }
        return text.toString();
    }

    /// Make columns narrower, always the widest of them, until all fit or none may be.
    private static void narrow(int[] widths, List<Integer> shown, List<Integer> columns, int screen,
            IntUnaryOperator least) {
        while (length(widths, shown) > screen) {
            int widest = columns.stream().filter(shown::contains).mapToInt(column -> column)
                    .filter(column -> widths[column] > least.applyAsInt(column))
                    .reduce((a, b) -> widths[b] > widths[a] ? b : a).orElse(-1);
            if (widest < 0) {
                return;
            }
            widths[widest]--;
        }
    }

    /// Give the columns that wrap what the others have left.
    private void widen(int[] widths, List<Integer> shown, int screen) {
        for (int column : wrapping) {
            if (shown.contains(column)) {
                widths[column] += Math.max(0, Math.min(width(column) - widths[column],
                        screen - length(widths, shown)));
            }
        }
    }

    private static int length(int[] widths, List<Integer> shown) {
        return shown.stream().mapToInt(column -> widths[column]).sum() + GAP.length() * (shown.size() - 1);
    }

    private void append(StringBuilder text, List<String> cells, int[] widths, List<Integer> shown) {
        List<List<String>> parts = shown.stream().map(column -> fold(cells.get(column), widths[column])).toList();
        int height = parts.stream().mapToInt(List::size).max().orElse(0);
        for (int n = 0; n < height; n++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < shown.size(); i++) {
                line.append(i == 0 ? "" : GAP).append(pad(n < parts.get(i).size() ? parts.get(i).get(n) : "",
                        widths[shown.get(i)], numeric(shown.get(i))));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    /// A cell in lines: at words, and inside a word where even that is too long.
    private static List<String> fold(String cell, int width) {
        return Text.wrap(cell, width).stream().flatMap(line -> line.length() <= width ? List.of(line).stream()
                : IntStream.iterate(0, at -> at < line.length(), at -> at + width)
                        .mapToObj(at -> line.substring(at, Math.min(at + width, line.length())))).toList();
    }

    private int readable(int column) {
        int longest = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
        return Math.max(longestWord(column), Math.min(longest, READABLE));
    }

    private int longestWord(int column) {
        return IntStream.concat(words(header.get(column)), rows.stream().flatMapToInt(row -> words(row.get(column))))
                .max().orElse(1);
    }

    private static IntStream words(String cell) {
        return Arrays.stream(cell.split(" ")).mapToInt(String::length);
    }

    /// For a Markdown document.
    public String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add(markdown(header));
        lines.add("|" + IntStream.range(0, header.size())
                .mapToObj(c -> numeric(c) ? "-".repeat(width(c) + 1) + ":" : "-".repeat(width(c) + 2))
                .collect(Collectors.joining("|")) + "|");
        rows.forEach(row -> lines.add(markdown(row)));
        return String.join("\n", lines) + "\n";
    }

    private String markdown(List<String> cells) {
        return IntStream.range(0, header.size())
                .mapToObj(c -> pad(cells.get(c), width(c), numeric(c)))
                .collect(Collectors.joining(" | ", "| ", " |"));
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
