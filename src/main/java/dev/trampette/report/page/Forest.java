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

/// The forest plots: a table for each layer and mode, with a line for each design and a picture in the line.
///
/// The pictures place all by percent, so that they are as wide as the screen allows and their text is as large as any.
final class Forest {

    private static final String TITLE = "Ratios";
    private static final int TICKS = 6;
    private static final int LINE = 20;
    private static final int AXIS = 34;
    /// How much of the width is for marks.
    private static final double FIELD = 0.92;

    /// What designs are compared with.
    private enum Reference {
        /// Memory-struct; in a shape that has none, the design that has no ratio.
        FIRST(Row::ratio),
        INLINE(Row::ratioToInline);

        private final Function<Row, Estimate> ratio;

        Reference(Function<Row, Estimate> ratio) {
            this.ratio = ratio;
        }

        Estimate ratio(Row row) {
            return ratio.apply(row);
        }

        boolean isItself(Row row) {
            return row.design().equals(this == INLINE ? "inline" : "memory-struct");
        }
    }

    private final Reference reference;
    private final double margin;
    private final List<Row> rows;
    private final List<Row> all;
    private final Scale scale;

    /// @param rows that are drawn
    /// @param all of this layer and mode
    private Forest(Reference reference, double margin, List<Row> rows, List<Row> all) {
        this.reference = reference;
        this.margin = margin;
        this.rows = rows;
        this.all = all;
        this.scale = Scale.ofRatios(DoubleStream.concat(DoubleStream.of(1 / (1 + 2 * margin), 1 + 2 * margin),
                rows.stream().map(reference::ratio).flatMapToDouble(r -> DoubleStream.of(r.least(), r.most()))));
    }

    static Section section(Report report) {
        Set<List<String>> places = new LinkedHashSet<>();
        report.rows().forEach(row -> places.add(List.of(row.layer(), row.mode())));
        List<Tag> figures = new ArrayList<>();
        for (List<String> place : places) {
            List<Row> all = report.rows().stream().filter(row -> row.is(place.get(0), place.get(1))
                    && row.liveValues() == null).toList();
            // The table of all times has the ratios to inline of the other places.
            boolean main = place.equals(List.of("loop", "throughput"));
            for (Reference reference : main ? Reference.values() : new Reference[] {Reference.FIRST}) {
                List<Row> rows = all.stream().filter(row -> reference.ratio(row) != null && !reference.isItself(row))
                        .toList();
                if (!rows.isEmpty()) {
                    figures.add(new Forest(reference, report.margin(), rows, all).figure());
                }
            }
        }
        if (figures.isEmpty()) {
            return Section.without("ratios", TITLE, "No row of this report has a ratio to another design.");
        }
        return new Section("ratios", TITLE, Tag.of("div").add(Tag.of("p").add(
                "Each dot is the time of a call by one design over that by another, from slots of the same groups, "
                + "and the line through it the " + Figures.LEVEL + " interval. A dot left of 1 takes less time. The "
                + "shaded band is ±" + Figures.percent(report.margin()) + ": two designs are the same when the whole "
                + "line is inside it. A filled dot with a solid line is a quiet host, a hollow dot with a dashed line "
                + "a busy one.")).add(figures.stream()));
    }

    private Tag figure() {
        Row any = rows.getFirst();
        String caption = Names.place(any) + (reference == Reference.INLINE ? ", against inline" : "");
        Tag table = Tag.of("table", "class", "forest", "role", "table").add(
                Tag.of("caption").add(caption),
                Tag.of("thead", "role", "rowgroup").add(axis(true)));
        Map<String, List<Row>> groups = rows.stream()
                .collect(Collectors.groupingBy(Row::group, LinkedHashMap::new, Collectors.toList()));
        groups.forEach((group, members) -> {
            Tag body = Tag.of("tbody", "role", "rowgroup").add(Tag.of("tr", "class", "group", "role", "row").add(
                    Tag.of("th", "scope", "rowgroup", "role", "rowheader", "colspan", 6).add(group
                            + ", against " + design(group))));
            designs(members).forEach(states -> body.add(row(states)));
            table.add(body);
        });
        return table.add(Tag.of("tfoot", "role", "rowgroup").add(axis(false)));
    }

    /// The design that the others of a group are compared with.
    private String design(String group) {
        return all.stream().filter(row -> row.group().equals(group) && reference.isItself(row)).map(Row::design)
                .findFirst().or(() -> all.stream().filter(row -> row.group().equals(group)
                        && reference.ratio(row) == null).map(Row::design).findFirst()).orElse("the reference");
    }

    private static Collection<List<Row>> designs(List<Row> members) {
        return members.stream().collect(Collectors.groupingBy(Row::design, LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    /// One design, with a line for each state of the host.
    private Tag row(List<Row> states) {
        boolean verdicts = reference == Reference.FIRST;
        return Tag.of("tr", "class", "row", "role", "row").add(
                Tag.of("th", "scope", "row", "role", "rowheader").add(states.getFirst().design()),
                Tag.of("td", "class", "plot", "role", "cell").add(plot(states)),
                lines(states, null, Row::state),
                lines(states, "n", row -> Figures.ratio(reference.ratio(row))),
                lines(states, "n", row -> Figures.ratioInterval(reference.ratio(row))),
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
                Tag.percent(100 * FIELD * (scale.at(1 + margin) - scale.at(1 - margin))), "data-margin",
                Tag.exact(margin)));
        svg.add(scale.ticks(TICKS).stream().map(tick -> vertical(tick, height, "grid")));
        svg.add(vertical(1, height, "one"));
        for (int i = 0; i < states.size(); i++) {
            svg.add(mark(states.get(i), LINE * i + LINE / 2));
        }
        return svg;
    }

    private Tag mark(Row row, int y) {
        Estimate ratio = reference.ratio(row);
        Tag mark = Tag.of("g", "class", row.busy() ? "mark busy" : "mark quiet", "data-layer", row.layer(),
                "data-mode", row.mode(), "data-group", row.group(), "data-design", row.design(),
                "data-state", row.state(), "data-reference", design(row.group()),
                "data-ratio", Tag.exact(ratio.value()), "data-low", Tag.exact(ratio.low()),
                "data-high", Tag.exact(ratio.high())).add(Tag.of("title").add(words(row)));
        if (ratio.low() != null) {
            mark.add(Tag.of("line", "x1", percent(ratio.least()), "x2", percent(ratio.most()), "y1", y, "y2", y));
        }
        return mark.add(Tag.of("circle", "cx", percent(ratio.value()), "cy", y, "r", 3.5));
    }

    private String words(Row row) {
        Estimate ratio = reference.ratio(row);
        return "%s, %s: %s %s".formatted(row.design(), row.state(), Figures.ratio(ratio),
                Figures.ratioInterval(ratio)).strip();
    }

    /// The line with the numbers of the axis and the names of the columns, above; or the numbers again, below.
    private Tag axis(boolean above) {
        int side = above ? 11 : AXIS - 3;
        Tag svg = Tag.of("svg", "class", "chart axis", "width", "100%", "height", AXIS, "aria-hidden", "true").add(
                Tag.of("text", "class", "side", "x", "0", "y", side).add("← less time"),
                Tag.of("text", "class", "side", "x", "100%", "y", side, "text-anchor", "end").add("more time →"));
        svg.add(scale.ticks(TICKS).stream().map(tick -> Tag.of("text", "x", percent(tick), "y",
                above ? AXIS - 6 : 14, "text-anchor", "middle").add(Scale.label(tick))));
        Tag row = Tag.of("tr", "class", "axis", "role", "row").add(head(above, null, "design"),
                Tag.of(above ? "th" : "td", "class", "plot", "role", above ? "columnheader" : "cell").add(svg));
        return row.add(head(above, null, "host"), head(above, "n", "ratio"), head(above, "n", Figures.LEVEL),
                head(above, null, reference == Reference.FIRST ? "verdict" : ""));
    }

    private static Tag head(boolean above, String style, String name) {
        return above ? Tag.of("th", "scope", "col", "class", style, "role", "columnheader").add(name)
                : Tag.of("td", "role", "cell");
    }

    private Tag vertical(double value, int height, String style) {
        return Tag.of("line", "class", style, "x1", percent(value), "x2", percent(value), "y1", 0, "y2", height);
    }

    /// Both ends keep room for half of a number.
    private String percent(double ratio) {
        return Tag.percent(100 * (FIELD * scale.at(ratio) + (1 - FIELD) / 2));
    }
}
