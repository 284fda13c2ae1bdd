package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Tables of rows: what is exact, what comes from Java, and every time.
final class Counts {

    private Counts() {
    }

    /// Instructions and bytes, which no noise can move: one line for each design and shape.
    static Section exact(Report report) {
        Map<List<Object>, Row> rows = new LinkedHashMap<>();
        for (Row row : report.rows()) {
            if (row.instructions() != null || row.callSiteBytes() != null) {
                rows.putIfAbsent(List.of(row.group(), row.design(), row.liveValues() == null ? "" : row.liveValues()),
                        row);
            }
        }
        if (rows.isEmpty()) {
            return Section.without("counts", "Exact counts", "This report has no counts of instructions or bytes.");
        }
        boolean loads = rows.values().stream().anyMatch(row -> row.loads() != null || row.stores() != null);
        boolean live = rows.values().stream().anyMatch(row -> row.liveValues() != null);
        HtmlTable table = new HtmlTable("Executed on success, and bytes in the hardware image").text("shape")
                .text("design");
        if (live) {
            table.figures("live values");
        }
        table.figures("instructions");
        if (loads) {
            table.figures("loads", "stores");
        }
        table.figures("bytes at the site", "bytes shared").text("checks");
        rows.values().forEach(row -> table.row(Stream.of(
                row.group(), row.design(), live ? Figures.count(row.liveValues()) : null,
                Figures.count(row.instructions()), loads ? Figures.count(row.loads()) : null,
                loads ? Figures.count(row.stores()) : null, Figures.count(row.callSiteBytes()),
                Figures.count(row.sharedBytes()), Figures.text(row.checks())).filter(Objects::nonNull).toArray()));
        return new Section("counts", "Exact counts", Tag.of("div").add(Tag.of("p").add("These come from counting, not "
                + "from timing, and are the same in every run."), table.html()));
    }

    /// What Java engineers choose from.
    static Section java(Report report) {
        List<Row> rows = report.rows().stream().filter(row -> row.layer().equals("java")).toList();
        if (rows.isEmpty()) {
            return Section.without("java", "From Java", "This report has no rows of calls from Java.");
        }
        HtmlTable table = new HtmlTable("Ways from Java to the same assembly").text("way").text("shape").text("host")
                .figures("ns a call", "95 %", "bytes allocated a call");
        rows.forEach(row -> table.row(row.design(), row.shape(), row.state(), Figures.ns(row.ns()),
                Figures.nsInterval(row.ns()), row.bytesAllocated() == null ? Figures.NONE
                        : Scale.label(row.bytesAllocated())));
        return new Section("java", "From Java", table.html());
    }

    /// Every row with its time.
    static Section times(Report report) {
        if (report.rows().isEmpty()) {
            return Section.without("times", "All times", "This report has no rows.");
        }
        HtmlTable table = new HtmlTable("Every row of the report").text("shape").text("design").text("layer")
                .text("mode").text("host").figures("live values", "ns", "95 %", "to memory-struct", "to inline")
                .text("verdict");
        report.rows().forEach(row -> table.row(row.group(), row.design(), row.layer(), row.mode(), row.state(),
                Figures.count(row.liveValues()), Figures.ns(row.ns()), Figures.nsInterval(row.ns()),
                ratio(row.ratio()), ratio(row.ratioToInline()), Figures.text(row.verdict())));
        return new Section("times", "All times", Tag.of("details").add(Tag.of("summary").add(
                "%,d rows".formatted(report.rows().size())), table.html()));
    }

    private static String ratio(Estimate ratio) {
        return (Figures.ratio(ratio) + " " + Figures.ratioInterval(ratio)).strip();
    }
}
