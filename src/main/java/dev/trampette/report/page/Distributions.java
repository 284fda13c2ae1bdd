package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Fork;
import dev.trampette.report.page.Report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How the times of each design are distributed: a curve over its slots, a dot for each process.
final class Distributions {

    private static final String TITLE = "Distributions";
    private static final int LEFT = 10;
    private static final int BAND = 66;
    private static final int LABEL = 14;
    private static final int HILL = 30;
    /// In pixels: a kernel that is narrower could not be seen.
    private static final double NARROWEST = 1.5;
    private static final int STEP = 2;
    /// How much of the slots the axis has room for at least, in percent.
    private static final int SHOWN = 95;

    private final String name;
    private final List<List<Row>> designs;
    private final Panel panel;

    private Distributions(List<Row> rows) {
        this.name = rows.getFirst().group();
        this.designs = List.copyOf(rows.stream()
                .collect(Collectors.groupingBy(Row::design, LinkedHashMap::new, Collectors.toList())).values());
        Scale time = Scale.fromZero(rows.stream().flatMapToDouble(Distributions::extent));
        this.panel = new Panel(LEFT, LEFT, designs.size() * BAND, time, null);
    }

    static Section section(Report report) {
        Map<String, List<Row>> groups = report.rows().stream()
                .filter(row -> row.is("loop", "throughput") && row.liveValues() == null
                        && (!row.quantiles().isEmpty() || row.forks().stream().anyMatch(fork -> fork.ns() != null)))
                .collect(Collectors.groupingBy(Row::group, LinkedHashMap::new, Collectors.toList()));
        if (groups.isEmpty()) {
            return Section.without("distributions", TITLE, "This report has no distributions of times in a loop.");
        }
        Tag panels = Tag.of("div", "class", "panels");
        groups.values().forEach(rows -> panels.add(new Distributions(rows).figure()));
        return new Section("distributions", TITLE, Tag.of("div").add(Tag.of("p").add(
                "A curve shows how often a slot took how long a call, and a dot below it is the figure of one process. "
                + "Quiet groups have a filled curve and filled dots, busy ones a dashed curve and hollow dots. A host "
                + "that has two states shows two hills. Each curve is scaled to its own top; the slowest 5\u00a0% of "
                + "the slots may lie beyond the axis."), panels));
    }

    private Tag figure() {
        String words = "Distribution of the times of a call, " + name + ": " + designs.stream()
                .flatMap(List::stream).map(row -> "%s, %s: %s ns".formatted(row.design(), row.state(),
                        Figures.ns(row.ns()))).collect(Collectors.joining("; "));
        Tag svg = panel.svg(words, "ns a call", null);
        IntStream.range(0, designs.size()).forEach(i -> band(svg, designs.get(i), panel.top() + i * BAND));
        return Tag.of("figure").add(Tag.of("figcaption").add(name), svg);
    }

    private void band(Tag svg, List<Row> states, int top) {
        int base = top + LABEL + 6 + HILL;
        String figures = states.stream().map(row -> Figures.ns(row.ns()) + " " + row.state())
                .collect(Collectors.joining(", "));
        svg.add(Panel.text("name", LEFT, top + LABEL, "start", states.getFirst().design()),
                Panel.text("figures", panel.end(), top + LABEL, "end", figures),
                Panel.line("base", LEFT, panel.end(), base, base));
        for (int i = 0; i < states.size(); i++) {
            svg.add(mark(states.get(i), base, base + 5 + 8 * i));
        }
    }

    /// The curve and the dots of one row.
    private Tag mark(Row row, int base, int dots) {
        Estimate ns = row.ns();
        Tag mark = Tag.of("g", "class", row.busy() ? "mark busy" : "mark quiet", "data-group", row.group(),
                "data-design", row.design(), "data-state", row.state(),
                "data-ns", ns == null ? null : Tag.exact(ns.value()));
        if (!row.quantiles().isEmpty()) {
            mark.add(Tag.of("path", "class", "hill", "d", hill(row.quantiles(), base),
                    "data-median", Tag.exact(row.quantiles().get(row.quantiles().size() / 2)),
                    "data-least", Tag.exact(row.quantiles().getFirst()),
                    "data-most", Tag.exact(row.quantiles().getLast())).add(Tag.of("title").add(
                            "%s, %s: half of the slots took %s ns a call or less".formatted(row.design(), row.state(),
                                    Figures.ns(row.quantiles().get(row.quantiles().size() / 2))))));
        }
        for (Fork fork : row.forks()) {
            if (fork.ns() != null) {
                mark.add(Tag.of("circle", "class", "dot", "cx", panel.x(fork.ns()), "cy", dots, "r", 2.5,
                        "data-fork", fork.fork(), "data-ns", Tag.exact(fork.ns())).add(Tag.of("title").add(
                                "process %s: %s ns".formatted(fork.fork(), Figures.ns(fork.ns())))));
            }
        }
        return mark;
    }

    private String hill(List<Double> quantiles, int base) {
        Density density = Density.of(quantiles, NARROWEST * panel.valuePerPixel());
        int right = panel.end();
        double[] heights = IntStream.rangeClosed(0, (right - LEFT) / STEP)
                .mapToDouble(i -> density.applyAsDouble(panel.value(LEFT + i * STEP))).toArray();
        double top = DoubleStream.of(heights).max().orElse(1);
        List<String> points = new ArrayList<>();
        for (int i = 0; i < heights.length; i++) {
            boolean flat = IntStream.of(i - 1, i, i + 1).filter(n -> n >= 0 && n < heights.length)
                    .allMatch(n -> heights[n] < top / 500);
            if (!flat || i == 0 || i == heights.length - 1) {
                points.add(String.format(Locale.ROOT, "%d,%.1f", LEFT + i * STEP, base - HILL * heights[i] / top));
            }
        }
        return "M%s,%s L%s L%s,%s".formatted(LEFT, base, String.join(" ", points), right, base);
    }

    private static DoubleStream extent(Row row) {
        DoubleStream forks = row.forks().stream().filter(fork -> fork.ns() != null).mapToDouble(Fork::ns);
        return row.quantiles().isEmpty() ? forks
                : DoubleStream.concat(forks, DoubleStream.of(row.quantiles().get(SHOWN)));
    }
}
