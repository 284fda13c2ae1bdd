package dev.trampette.report.page;

import dev.trampette.report.page.Report.Row;
import java.util.List;

/// The rows that the headline is about.
final class Glance {

    /// The shape of the headline.
    static final String SHAPE = "4 outputs";

    private static final String TITLE = "At a glance";

    private Glance() {
    }

    static Section section(Report report) {
        List<Row> rows = report.rows().stream().filter(row -> row.is("loop", "throughput")
                && row.instruction().equals("TDCALL") && row.shape().equals(SHAPE) && !row.busy()
                && row.ns() != null).toList();
        if (rows.isEmpty()) {
            return Section.without("glance", TITLE, "The rows of the headline, four outputs in a loop, are not in "
                    + "this report.");
        }
        HtmlTable table = new HtmlTable("TDCALL, four outputs, in a loop, quiet host; the ratio is to "
                + "memory-struct").text("design").figures("ratio", "ns a call", Figures.LEVEL, "instructions",
                        "bytes at the site", "bytes shared").text("checks");
        rows.forEach(row -> table.row(row.design(), Figures.ratio(row.ratio()), Figures.ns(row.ns()),
                Figures.nsInterval(row.ns()), Figures.count(row.instructions()), Figures.count(row.callSiteBytes()),
                Figures.count(row.sharedBytes()), Figures.text(row.checks())));
        return new Section("glance", TITLE, table.html());
    }
}
