package dev.trampette.report.page;

import dev.trampette.report.page.Report.Checked;
import dev.trampette.report.page.Report.Control;
import dev.trampette.report.page.Report.Verification;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What the verifier found, and whether the measurement is to be believed.
final class Checks {

    private Checks() {
    }

    static Section verification(Report report) {
        Verification verification = report.verification();
        if (verification == null || verification.rows().isEmpty()) {
            return Section.without("checks", "Verification", "This report has no verification of the wrappers.");
        }
        List<Checked> broken = verification.rows().stream().filter(row -> !row.holds()).toList();
        HtmlTable table = new HtmlTable("Wrappers by design").text("design")
                .figures("wrappers", "checked calls", "hold", "broken");
        Map<String, List<Checked>> designs = verification.rows().stream()
                .collect(Collectors.groupingBy(Checked::design, LinkedHashMap::new, Collectors.toList()));
        designs.forEach((design, rows) -> table.row(design, Figures.count(rows.size()),
                Figures.count(rows.stream().mapToLong(Checked::calls).sum()),
                Figures.count(rows.stream().filter(Checked::holds).count()),
                Figures.count(rows.stream().filter(row -> !row.holds()).count())));
        Tag body = Tag.of("div").add(Tag.of("p").add(sentence(verification, broken.size())), table.html());
        if (!broken.isEmpty()) {
            body.add(Tag.of("h3").add("Findings"), Tag.of("dl", "class", "findings").add(broken.stream()
                    .map(row -> Tag.of("div").add(
                            Tag.of("dt").add(Tag.of("code").add(row.name()), Tag.of("span", "class", "broken")
                                    .add(row.verdict()))).add(
                            row.findings().stream().map(finding -> Tag.of("dd").add(finding))))));
        }
        HtmlTable all = new HtmlTable("Every wrapper").text("wrapper").text("design").figures("checked calls")
                .text("verdict");
        verification.rows().forEach(row -> all.row(Tag.of("code").add(row.name()), row.design(),
                Figures.count(row.calls()), row.verdict()));
        return new Section("checks", "Verification", body.add(Tag.of("details").add(Tag.of("summary").add(
                "All %s wrappers".formatted(Figures.count(verification.rows().size()))), all.html())));
    }

    private static String sentence(Verification verification, int broken) {
        int wrappers = verification.rows().size();
        String verdict = broken == 0 ? "All %s wrappers hold".formatted(Figures.count(wrappers))
                : "%s of %s wrappers %s broken".formatted(Figures.count(broken), Figures.count(wrappers),
                        broken == 1 ? "is" : "are");
        return "%s in %s checked calls. The seed was %s; with it the run can be repeated.".formatted(verdict,
                Figures.count(verification.calls()), verification.seed());
    }

    /// Comparisons whose answer is known, and parts that were measured alone.
    static Section controls(Report report) {
        if (report.controls().isEmpty() && report.evidence().isEmpty()) {
            return Section.without("controls", "Controls", "This report has no controls.");
        }
        Tag body = Tag.of("div");
        if (!report.controls().isEmpty()) {
            HtmlTable table = new HtmlTable("Ratios that must be 1").text("control").text("layer").text("design")
                    .figures("ratio", Figures.LEVEL).text("fit");
            for (Control control : report.controls()) {
                table.row(control.name(), control.layer(), control.design(), Figures.ratio(control.ratio()),
                        Figures.ratioInterval(control.ratio()), control.fit() ? "yes" : "NO");
            }
            body.add(table.html());
        }
        if (!report.evidence().isEmpty()) {
            HtmlTable table = new HtmlTable("Parts of a call, measured alone").text("part")
                    .figures("ns", Figures.LEVEL);
            report.evidence().forEach(part -> table.row(part.name(), Figures.ns(part.ns()),
                    Figures.nsInterval(part.ns())));
            body.add(table.html());
        }
        return new Section("controls", "Controls", body);
    }
}
