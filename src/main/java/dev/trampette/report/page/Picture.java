package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The headline as a picture of its own, for documents: what each design takes of the time of `memory-struct`, four
/// outputs, in a loop. It is drawn from `report.json` and from nothing else, and is readable on light and dark.
public final class Picture {

    private static final double WIDTH = 720;
    private static final double LEFT = 130;
    private static final double RIGHT = 610;
    private static final double TOP = 74;
    private static final double LINE = 30;
    private static final double GAP = 9;

    private static final String STYLE = """
            .ground { fill: #fff }
            text { font: 14px system-ui, sans-serif; fill: #1a1a1a }
            .title { font-size: 16px; font-weight: 600 }
            .small { font-size: 12px; fill: #555 }
            .line { stroke: #ccc } .quiet { stroke: #0b5cad; fill: #0b5cad; stroke-width: 2 }
            .busy { stroke: #a13d00; fill: none; stroke-width: 2 }
            @media (prefers-color-scheme: dark) {
              .ground { fill: #16181d } text { fill: #eee } .small { fill: #b5b5b5 } .line { stroke: #555 }
              .quiet { stroke: #7db8f5; fill: #7db8f5 } .busy { stroke: #ffa366 }
            }
            """;

    private Picture() {
    }

    /// @param json the text of a `report.json`
    /// @return SVG
    /// @throws ReportFormatException when the text is no report, or has no such rows
    public static String svg(String json) {
        Report report = Report.read(json);
        List<Row> rows = report.rows().stream().filter(row -> row.is("loop", "throughput")
                && row.group().equals("TDCALL, 4 outputs")).toList();
        List<Row> quiet = rows.stream().filter(row -> !row.busy())
                .sorted(Comparator.comparingDouble(row -> ratio(row).value())).toList();
        if (quiet.isEmpty()) {
            throw new ReportFormatException("it has no quiet rows of TDCALL, 4 outputs, in a loop");
        }
        Scale scale = new Scale(0, 1, false);
        double bottom = TOP + quiet.size() * LINE;
        List<Tag> marks = new ArrayList<>();
        for (double tick : new double[] {0, 0.25, 0.5, 0.75, 1}) {
            double x = x(scale, tick);
            marks.add(Tag.of("line", "class", "line", "x1", x, "x2", x, "y1", TOP - LINE / 2, "y2", bottom - LINE / 2));
            marks.add(text("small", x, TOP - LINE / 2 - 6, "middle", Scale.label(tick)));
        }
        for (int n = 0; n < quiet.size(); n++) {
            Row row = quiet.get(n);
            double y = TOP + n * LINE;
            marks.add(text(null, LEFT - 14, y + 5, "end", row.design()));
            rows.stream().filter(other -> other.busy() && other.ratio() != null && other.sameBut(row)).forEach(other ->
                    marks.addAll(mark(scale, other, y)));
            marks.addAll(mark(scale, row, y));
            marks.add(text(null, RIGHT + 14, y + 5, "start", "%s ns".formatted(Figures.ns(row.ns()))));
        }
        marks.add(text("small", 12.0, bottom + GAP, "start", "filled: a quiet host; hollow: a busy one; strokes: "
                + "95\u00a0% intervals. " + Figures.text(report.host().cpu())));
        return Tag.of("svg", "xmlns", "http://www.w3.org/2000/svg", "viewBox", "0 0 %.0f %.0f".formatted(WIDTH,
                        bottom + LINE - GAP), "role", "img", "aria-label", "Time of a call over that of memory-struct")
                .add(Tag.of("style").add(STYLE),
                        Tag.of("rect", "class", "ground", "width", "100%", "height", "100%", "rx", 6.0),
                        text("title", 12.0, 24, "start", "Time of a call with four outputs; memory-struct is 1"))
                .add(marks.stream()) + "\n";
    }

    /// The reference itself is 1.
    private static Estimate ratio(Row row) {
        return row.ratio() == null ? new Estimate(1, null, null) : row.ratio();
    }

    private static List<Tag> mark(Scale scale, Row row, double y) {
        String kind = row.busy() ? "busy" : "quiet";
        return Stream.of(
                Tag.of("line", "class", kind, "x1", x(scale, ratio(row).least()), "x2", x(scale, ratio(row).most()),
                        "y1", y, "y2", y),
                Tag.of("circle", "class", kind, "cx", x(scale, ratio(row).value()), "cy", y, "r", 5.0,
                        "data-design", row.design(), "data-ratio", Tag.exact(ratio(row).value()))
                        .add(Tag.of("title").add("%s, %s: %s %s".formatted(row.design(), kind,
                                Figures.ratio(ratio(row)), Figures.ratioInterval(ratio(row)))))).toList();
    }

    private static Tag text(String kind, double x, double y, String anchor, String text) {
        return Tag.of("text", "class", kind, "x", x, "y", y, "text-anchor", anchor).add(text);
    }

    private static double x(Scale scale, double value) {
        return LEFT + scale.at(value) * (RIGHT - LEFT);
    }
}
