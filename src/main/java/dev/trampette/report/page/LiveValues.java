package dev.trampette.report.page;

import dev.trampette.report.page.Report.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// What a sequence of VMX instructions takes when more and more values must live through it.
final class LiveValues {

    private static final String TITLE = "VMREAD and VMWRITE against live values";

    private LiveValues() {
    }

    static Section section(Report report) {
        List<Row> sequences = report.rows().stream().filter(row -> row.layer().equals("sequence")
                && row.liveValues() != null && row.ns() != null).sorted(Comparator.comparing(Row::busy)).toList();
        List<String> series = sequences.stream().map(Row::design).distinct().toList();
        Map<String, List<Row>> groups = sequences.stream()
                .collect(Collectors.groupingBy(LiveValues::name, LinkedHashMap::new, Collectors.toList()));
        if (groups.isEmpty()) {
            return Section.without("sequences", TITLE, "This report has no rows of VMREAD or VMWRITE sequences.");
        }
        Tag panels = Tag.of("div", "class", "panels");
        groups.forEach((name, rows) -> panels.add(figure(name, rows, series)));
        return new Section("sequences", TITLE, Tag.of("div").add(Tag.of("p").add("A design that takes registers away "
                + "makes the function around it save what is in them. A line shows how the time of a sequence grows "
                + "with the number of values that live through it; upright strokes are "
                + Figures.LEVEL + " intervals."), panels));
    }

    private static String name(Row row) {
        return "%s, %s%s".formatted(row.group(), row.state(), row.mode().equals("throughput") ? "" : ", " + row.mode());
    }

    /// @param series the designs of all figures: each has one colour and one shape
    private static Tag figure(String name, List<Row> rows, List<String> series) {
        Map<String, List<Row>> designs = rows.stream().sorted(Comparator.comparing(Row::liveValues))
                .collect(Collectors.groupingBy(Row::design, LinkedHashMap::new, Collectors.toList()));
        int longest = designs.keySet().stream().mapToInt(String::length).max().orElse(0);
        long most = rows.stream().mapToLong(Row::liveValues).max().orElse(0);
        Panel panel = Panel.of((int) Math.min(140, 18 + longest * Panel.LETTER), 200,
                new Scale(0, Math.max(1, most), false), Scale.fromZero(rows.stream().mapToDouble(r -> r.ns().most())));
        Tag svg = panel.svg("Time of a sequence against live values, " + name, "live values", "ns a sequence");
        List<List<Row>> lines = new ArrayList<>(designs.values());
        double[] labels = Labels.column(lines.stream().mapToDouble(line -> panel.y(line.getLast().ns().value()))
                .toArray(), panel.bottom() - Labels.HEIGHT / 2);
        for (int i = 0; i < lines.size(); i++) {
            Row last = lines.get(i).getLast();
            int number = series.indexOf(last.design()) % SERIES;
            line(svg, panel, lines.get(i), number);
            double x = panel.x(last.liveValues());
            svg.add(Panel.line("lead series-" + number, x + 5, panel.end() + 8, panel.y(last.ns().value()),
                    labels[i]), Panel.text("name series-" + number, panel.end() + 10, labels[i] + 4, "start",
                    last.design()));
        }
        return Tag.of("figure").add(Tag.of("figcaption").add(name), svg);
    }

    /// There are as many colours and shapes.
    private static final int SERIES = 5;

    private static void line(Tag svg, Panel panel, List<Row> rows, int number) {
        Tag series = Tag.of("g", "class", "series series-" + number);
        series.add(Tag.of("polyline", "points", points(rows.stream().flatMapToDouble(row -> DoubleStream.of(
                panel.x(row.liveValues()), panel.y(row.ns().value()))).toArray())));
        for (Row row : rows) {
            double x = panel.x(row.liveValues());
            Tag mark = Tag.of("g", "class", "mark", "data-group", row.group(), "data-design", row.design(),
                    "data-state", row.state(), "data-live", row.liveValues(),
                    "data-ns", Tag.exact(row.ns().value()), "data-low", Tag.exact(row.ns().low()),
                    "data-high", Tag.exact(row.ns().high())).add(Tag.of("title").add("%s, %s live values: %s ns %s"
                            .formatted(row.design(), row.liveValues(), Figures.ns(row.ns()),
                                    Figures.nsInterval(row.ns())).strip()));
            if (row.ns().low() != null) {
                mark.add(Panel.line("interval", x, x, panel.y(row.ns().least()), panel.y(row.ns().most())));
            }
            series.add(mark.add(shape(number, x, panel.y(row.ns().value()))));
        }
        svg.add(series);
    }

    /// A shape for each series, so that colour is not needed to tell them apart.
    private static Tag shape(int number, double x, double y) {
        return switch (number) {
            case 0 -> Tag.of("circle", "cx", x, "cy", y, "r", 3.5);
            case 1 -> Tag.of("rect", "x", x - 3.2, "y", y - 3.2, "width", 6.4, "height", 6.4);
            case 2 -> polygon(x, y - 4.2, x + 4, y + 3, x - 4, y + 3);
            case 3 -> polygon(x, y - 4.5, x + 4.5, y, x, y + 4.5, x - 4.5, y);
            default -> polygon(x, y + 4.2, x + 4, y - 3, x - 4, y - 3);
        };
    }

    private static Tag polygon(double... corners) {
        return Tag.of("polygon", "points", points(corners));
    }

    private static String points(double... places) {
        return DoubleStream.of(places).mapToObj(place -> String.format(Locale.ROOT, "%.1f", place))
                .collect(Collectors.joining(" "));
    }
}
