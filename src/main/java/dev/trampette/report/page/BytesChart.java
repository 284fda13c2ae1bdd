package dev.trampette.report.page;

import dev.trampette.report.page.Labels.Box;
import dev.trampette.report.page.Labels.Point;
import dev.trampette.report.page.Report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Time against bytes at the call site: what a kernel with many call sites weighs against each other.
final class BytesChart {

    private static final String TITLE = "Time against bytes";

    private BytesChart() {
    }

    static Section section(Report report) {
        List<Row> rows = report.rows().stream().filter(row -> row.is("loop", "throughput") && !row.busy()
                && row.liveValues() == null && row.ns() != null && row.callSiteBytes() != null).toList();
        Map<String, List<Row>> groups = rows.stream()
                .collect(Collectors.groupingBy(Row::group, LinkedHashMap::new, Collectors.toList()));
        groups.values().removeIf(members -> members.size() < 2);
        if (groups.isEmpty()) {
            return Section.without("bytes", TITLE, "This report has no quiet rows with a time in a loop and bytes.");
        }
        Scale bytes = Scale.fromZero(groups.values().stream().flatMap(List::stream)
                .mapToDouble(Row::callSiteBytes));
        Scale time = Scale.fromZero(groups.values().stream().flatMap(List::stream)
                .mapToDouble(row -> row.ns().value()));
        Panel panel = Panel.of(12, 180, bytes, time);
        Tag panels = Tag.of("div", "class", "panels");
        groups.forEach((group, members) -> panels.add(figure(panel, group, members)));
        return new Section("bytes", TITLE, Tag.of("div").add(Tag.of("p").add("Each point is a design: what one more "
                + "call site of it adds to the code, and what a call takes in a loop on a quiet host. Lower left is "
                + "better. Bytes that all call sites share are in the table of exact counts."), panels));
    }

    private static Tag figure(Panel panel, String group, List<Row> rows) {
        Tag svg = panel.svg("Time against bytes at the call site, %s: %s".formatted(group, rows.stream().map(
                BytesChart::words).collect(Collectors.joining("; "))), "bytes at the call site", "ns a call");
        List<Point> points = rows.stream().map(row -> new Point(panel.x(row.callSiteBytes()),
                panel.y(row.ns().value()), row.design())).toList();
        List<Box> labels = Labels.place(points, new Box(panel.left(), panel.top(), panel.end() - panel.left(),
                panel.height()));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            Point point = points.get(i);
            Box label = labels.get(i);
            double middle = label.x() + label.width() / 2;
            if (label.distance(point.x(), point.y()) > 12) {
                svg.add(Panel.line("lead", point.x(), Math.clamp(point.x(), label.x(), label.x() + label.width()),
                        point.y(), Math.clamp(point.y(), label.y(), label.y() + label.height())));
            }
            svg.add(Tag.of("g", "class", "mark quiet", "data-group", group, "data-design", row.design(),
                    "data-bytes", row.callSiteBytes(), "data-ns", Tag.exact(row.ns().value())).add(
                    Tag.of("title").add(words(row)),
                    Tag.of("circle", "cx", point.x(), "cy", point.y(), "r", 4)));
            svg.add(Panel.text("name", middle, label.y() + 11, "middle", row.design()));
        }
        return Tag.of("figure").add(Tag.of("figcaption").add(group), svg);
    }

    private static String words(Row row) {
        return "%s: %s bytes, %s ns".formatted(row.design(), row.callSiteBytes(), Figures.ns(row.ns()));
    }
}
