package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tables of rows: what is exact, what comes from Java, and every time.
final class Counts {

    private Counts() {
    }

    /// Instructions and bytes, which no noise can move: one line for each design and shape.
    static Section exact(Report report) {
        Map<Boolean, List<Row>> rows = report.rows().stream()
                .filter(row -> row.instructions() != null || row.callSiteBytes() != null)
                .collect(Collectors.groupingBy(row -> row.liveValues() != null));
        if (rows.isEmpty()) {
            return Section.without("counts", "Exact counts", "This report has no counts of instructions or bytes.");
        }
        Tag body = Tag.of("div").add(Tag.of("p").add("These come from counting, not from timing, and are the same in "
                + "every run."));
        if (rows.containsKey(false)) {
            body.add(exact("Executed on success, and bytes in the hardware image", rows.get(false)).html());
        }
        if (rows.containsKey(true)) {
            body.add(Tag.of("details").add(Tag.of("summary").add("Sequences, by live values"),
                    exact("Sequences of VMX instructions", rows.get(true)).html()));
        }
        return new Section("counts", "Exact counts", body);
    }

    private static HtmlTable exact(String caption, List<Row> rows) {
        boolean live = rows.getFirst().liveValues() != null;
        boolean loads = rows.stream().anyMatch(row -> row.loads() != null || row.stores() != null);
        HtmlTable table = new HtmlTable(caption).text("shape").text("design");
        if (live) {
            table.figures("live values");
        }
        table.figures("instructions");
        if (loads) {
            table.figures("loads", "stores");
        }
        table.figures("bytes at the site", "bytes shared").text("checks");
        Set<List<String>> seen = new HashSet<>();
        for (Row row : rows) {
            if (seen.add(List.of(row.group(), row.design(), Figures.count(row.liveValues())))) {
                table.row(Stream.of(row.group(), row.design(), live ? Figures.count(row.liveValues()) : null,
                        Figures.count(row.instructions()), loads ? Figures.count(row.loads()) : null,
                        loads ? Figures.count(row.stores()) : null, Figures.count(row.callSiteBytes()),
                        Figures.count(row.sharedBytes()), Figures.text(row.checks())).filter(Objects::nonNull)
                        .toArray());
            }
        }
        return table;
    }

    /// What Java engineers choose from.
    static Section java(Report report) {
        List<Row> rows = report.rows().stream().filter(row -> row.layer().equals("java")).toList();
        if (rows.isEmpty()) {
            return Section.without("java", "From Java", "This report has no rows of calls from Java.");
        }
        HtmlTable table = new HtmlTable("Ways from Java to the same assembly; the ratio is to the one that has none")
                .text("way").text("shape").text("host").figures("ns a call", Figures.LEVEL, "ratio",
                        "bytes allocated a call");
        rows.forEach(row -> table.row(row.design(), row.shape(), row.state(), Figures.ns(row.ns()),
                Figures.nsInterval(row.ns()), Figures.ratio(row.ratio()), row.bytesAllocated() == null ? Figures.NONE
                        : Scale.label(row.bytesAllocated())));
        return new Section("java", "From Java", table.html());
    }

    /// Every row with its time.
    static Section times(Report report) {
        if (report.rows().isEmpty()) {
            return Section.without("times", "All times", "This report has no rows.");
        }
        HtmlTable table = new HtmlTable("Every row of the report. The ratio is to memory-struct; where a shape "
                + "has none, to the design that has no ratio").text("shape").text("design").text("layer")
                .text("mode").text("host").figures("live values", "ns", Figures.LEVEL, "ratio", "to inline")
                .text("verdict");
        report.rows().forEach(row -> table.row(row.group(), row.design(), row.layer(), row.mode(), row.state(),
                Figures.count(row.liveValues()), Figures.ns(row.ns()), Figures.nsInterval(row.ns()),
                ratio(row.ratio()), ratio(row.ratioToInline()), Figures.text(row.verdict())));
        return new Section("times", "All times", Tag.of("details").add(Tag.of("summary").add(
                Figures.count(report.rows().size()) + " rows"), table.html()));
    }

    private static String ratio(Estimate ratio) {
        return (Figures.ratio(ratio) + " " + Figures.ratioInterval(ratio)).strip();
    }
}
