package dev.trampette.report.page;

import dev.trampette.report.page.Report.Estimate;
import dev.trampette.report.page.Report.Fit;
import dev.trampette.report.page.Report.Headline;

/// The head of the page: what came out, in words, and whether to believe it.
final class Opening {

    private Opening() {
    }

    static Tag html(Report report) {
        Tag header = Tag.of("header").add(Tag.of("p", "class", "kicker").add(
                "Trampette: hypercall wrappers compared" + (report.date() == null ? "" : " · " + report.date())));
        Headline headline = report.headline();
        if (headline == null || headline.ratio() == null) {
            header.add(Tag.of("h1").add(headline == null || headline.sentence() == null
                    ? "This report has no headline: its rows were not measured." : headline.sentence()));
        } else {
            header.add(Tag.of("h1").add(headline.sentence() == null ? "Memory-struct over trampoline"
                    : headline.sentence()), ratio(headline.ratio()));
        }
        if (report.partial()) {
            header.add(Tag.of("p", "class", "notice warn", "data-partial", "true").add(Tag.of("strong").add("Partial."))
                    .add(" The run was stopped before its end. What it had measured by then is here, and rows are "
                            + "missing."));
        }
        return header.add(fit(report.fit()));
    }

    private static Tag ratio(Estimate ratio) {
        Tag figure = Tag.of("p", "class", "headline").add(Tag.of("data", "class", "ratio", "value",
                Tag.exact(ratio.value()), "data-ratio", Tag.exact(ratio.value()), "data-low", Tag.exact(ratio.low()),
                "data-high", Tag.exact(ratio.high())).add(Figures.ratio(ratio)),
                Tag.of("span", "class", "times").add("×"));
        if (ratio.low() != null) {
            figure.add(Tag.of("span", "class", "interval").add(Figures.ratioInterval(ratio)));
        }
        return figure.add(Tag.of("span", "class", "what").add("The time of a call through memory-struct over that "
                + "through the trampoline" + (ratio.low() == null ? "" : ", with its " + Figures.LEVEL + " interval")
                + ": TDG.VP.VMCALL with four outputs, in a loop, on a quiet host."));
    }

    private static Tag fit(Fit fit) {
        Tag notice = Tag.of("div", "class", fit.fit() ? "notice" : "notice warn", "data-fit", fit.fit());
        String share = fit.quietShare() == null ? ""
                : " The host was quiet in %s of the groups.".formatted(Figures.percent(fit.quietShare()));
        if (fit.fit()) {
            notice.add(Tag.of("p").add(Tag.of("strong").add("Fit to be believed."))
                    .add(" The controls came out as they must." + share));
        } else {
            notice.add(Tag.of("p").add(Tag.of("strong").add("NOT FIT."))
                    .add(" Do not rely on these times: %s.%s".formatted(fit.reason() == null
                            ? "the report gives no reason" : fit.reason().replaceFirst("\\.$", ""), share)));
        }
        if (!fit.sentences().isEmpty()) {
            notice.add(Tag.of("details", "open", fit.fit() ? null : "open").add(
                    Tag.of("summary").add("Design by design"),
                    Tag.of("ul").add(fit.sentences().stream().map(each -> Tag.of("li").add(each)))));
        }
        return notice;
    }
}
