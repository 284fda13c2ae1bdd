package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// The forest plots: a table for each layer and mode, with a line for each design and a picture in the line.
///
/// The pictures place all by percent, so that they are as wide as the screen allows and their text is as large as any.
final class Forest {

    private static final String TITLE = "Ratios";
    private static final int TICKS = 6;
    private static final int LINE = 20;
    private static final int AXIS = 34;

    /// What is compared with what.
    private record Reference(String design, Function<Row, Estimate> ratio) {
    }

    private static final Reference STRUCT = new Reference("memory-struct", Row::ratio);
    private static final Reference INLINE = new Reference("inline", Row::ratioToInline);

    private final Reference reference;
    private final double margin;
    private final List<Row> rows;
    private final Scale scale;

    private Forest(Reference reference, double margin, List<Row> rows) {
        this.reference = reference;
        this.margin = margin;
        this.rows = rows;
        this.scale = Scale.ofRatios(DoubleStream.concat(DoubleStream.of(1 / (1 + 2 * margin), 1 + 2 * margin),
                rows.stream().map(reference.ratio).flatMapToDouble(r -> DoubleStream.of(r.least(), r.most()))));
    }

    static Section section(Report report) {
        Set<List<String>> places = new LinkedHashSet<>();
        report.rows().forEach(row -> places.add(List.of(row.layer(), row.mode())));
        List<Tag> figures = new ArrayList<>();
        for (List<String> place : places) {
            // The table of all times has the ratios to inline of the other places.
            boolean first = place.equals(List.of("loop", "throughput"));
            for (Reference reference : first ? List.of(STRUCT, INLINE) : List.of(STRUCT)) {
                List<Row> rows = report.rows().stream().filter(row -> row.is(place.get(0), place.get(1))
                        && row.liveValues() == null && reference.ratio.apply(row) != null
                        && !row.design().equals(reference.design)).toList();
                if (!rows.isEmpty()) {
                    figures.add(new Forest(reference, report.margin(), rows).figure());
                }
            }
        }
        if (figures.isEmpty()) {
            return Section.without("ratios", TITLE, "No row of this report has a ratio to another design.");
        }
        return new Section("ratios", TITLE, Tag.of("div").add(Tag.of("p").add(
                "Each dot is the time of a call by one design over that by another, from slots of the same groups, and "
                + "the line through it the 95\u00a0% interval. A dot left of 1 takes less time. The shaded band is ±"
                + Figures.percent(report.margin()) + ": two designs are the same when the whole line is inside it. "
                + "A filled dot with a solid line is a quiet host, a hollow dot with a dashed line a busy one."))
                .add(figures.stream()));
    }

    private Tag figure() {
        Row any = rows.getFirst();
        String caption = "%s, against %s".formatted(Names.place(any), reference.design);
        Tag table = Tag.of("table", "class", "forest", "role", "table").add(
                Tag.of("caption").add(caption),
                Tag.of("thead", "role", "rowgroup").add(axis("columnheader", true)));
        Map<String, List<Row>> groups = rows.stream()
                .collect(Collectors.groupingBy(Row::group, LinkedHashMap::new, Collectors.toList()));
        groups.forEach((group, members) -> {
            Tag body = Tag.of("tbody", "role", "rowgroup").add(Tag.of("tr", "class", "group", "role", "row").add(
                    Tag.of("th", "scope", "rowgroup", "role", "rowheader", "colspan", 6).add(group)));
            designs(members).forEach(states -> body.add(row(states)));
            table.add(body);
        });
        return table.add(Tag.of("tfoot", "role", "rowgroup").add(axis("cell", false)));
    }

    private static Collection<List<Row>> designs(List<Row> members) {
        return members.stream().collect(Collectors.groupingBy(Row::design, LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    /// One design, with a line for each state of the host.
    private Tag row(List<Row> states) {
        boolean verdicts = reference.equals(STRUCT);
        return Tag.of("tr", "class", "row", "role", "row").add(
                Tag.of("th", "scope", "row", "role", "rowheader").add(states.getFirst().design()),
                Tag.of("td", "class", "plot", "role", "cell").add(plot(states)),
                lines(states, null, Row::state),
                lines(states, "n", row -> Figures.ratio(reference.ratio.apply(row))),
                lines(states, "n", row -> Figures.ratioInterval(reference.ratio.apply(row))),
                lines(states, "verdict", row -> verdicts && row.verdict() != null ? row.verdict() : ""));
    }

    private static Tag lines(List<Row> states, String style, Function<Row, String> text) {
        return Tag.of("td", "class", style, "role", "cell")
                .add(states.stream().map(row -> Tag.of("div").add(text.apply(row))));
    }

    private Tag plot(List<Row> states) {
        int height = LINE * states.size();
        Tag svg = Tag.of("svg", "class", "chart", "role", "img", "width", "100%", "height", height,
                "aria-label", states.stream().map(this::words).collect(Collectors.joining("; ")));
        svg.add(Tag.of("rect", "class", "band", "x", percent(1 - margin), "y", 0, "height", height, "width",
                Tag.percent(100 * width() * (scale.at(1 + margin) - scale.at(1 - margin))), "data-margin", "" + margin));
        svg.add(scale.ticks(TICKS).stream().map(tick -> vertical(tick, height, "grid")));
        svg.add(vertical(1, height, "one"));
        for (int i = 0; i < states.size(); i++) {
            svg.add(mark(states.get(i), LINE * i + LINE / 2));
        }
        return svg;
    }

    private Tag mark(Row row, int y) {
        Estimate ratio = reference.ratio.apply(row);
        Tag mark = Tag.of("g", "class", row.busy() ? "mark busy" : "mark quiet", "data-layer", row.layer(),
                "data-mode", row.mode(), "data-group", row.group(), "data-design", row.design(),
                "data-state", row.state(), "data-reference", reference.design,
                "data-ratio", Tag.exact(ratio.value()), "data-low", Tag.exact(ratio.low()),
                "data-high", Tag.exact(ratio.high())).add(Tag.of("title").add(words(row)));
        if (ratio.low() != null) {
            mark.add(Tag.of("line", "x1", percent(ratio.least()), "x2", percent(ratio.most()), "y1", y, "y2", y));
        }
        return mark.add(Tag.of("circle", "cx", percent(ratio.value()), "cy", y, "r", 3.5));
    }

    private String words(Row row) {
        Estimate ratio = reference.ratio.apply(row);
        return "%s, %s: %s %s".formatted(row.design(), row.state(), Figures.ratio(ratio),
                Figures.ratioInterval(ratio)).strip();
    }

    /// The line with the numbers of the axis, above or below.
    private Tag axis(String role, boolean above) {
        Tag svg = Tag.of("svg", "class", "chart axis", "width", "100%", "height", AXIS, "aria-hidden", "true");
        for (double tick : scale.ticks(TICKS)) {
            svg.add(Tag.of("text", "x", percent(tick), "y", above ? AXIS - 6 : 14, "text-anchor", "middle")
                    .add(Scale.label(tick)));
        }
        svg.add(Tag.of("text", "class", "side", "x", "0", "y", above ? 11 : AXIS - 3).add("← less time"));
        svg.add(Tag.of("text", "class", "side", "x", "100%", "y", above ? 11 : AXIS - 3, "text-anchor", "end")
                .add("more time →"));
        Tag row = Tag.of("tr", "class", "axis", "role", "row");
        String cell = above ? "th" : "td";
        Stream.of("design", null, "host", "ratio", Figures.LEVEL, reference.equals(STRUCT) ? "verdict" : "")
                .map(name -> name == null ? Tag.of(cell, "class", "plot", "role", role).add(svg)
                        : Tag.of(cell, "role", role, "class", name.equals("ratio") || name.equals(Figures.LEVEL) ? "n" : null)
                                .add(above ? name : ""))
                .forEach(row::add);
        return row;
    }

    private Tag vertical(double value, int height, String style) {
        return Tag.of("line", "class", style, "x1", percent(value), "x2", percent(value), "y1", 0, "y2", height);
    }

    private static double width() {
        return 0.92;
    }

    /// There is room at both ends for half of a number.
    private String percent(double ratio) {
        return Tag.percent(100 * (width() * scale.at(ratio) + (1 - width()) / 2));
    }
}
