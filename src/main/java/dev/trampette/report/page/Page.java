package dev.trampette.report.page;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `report.html`: one file that is drawn from `report.json` and from nothing else. It needs no network and no script.
public final class Page {

    private Page() {
    }

    /// @param json the text of a `report.json`
    /// @return HTML, well-formed as XML too, for UTF-8
    /// @throws ReportFormatException when the text is no report
    public static String html(String json) {
        Report report = Report.read(json);
        List<Section> sections = List.of(
                Glance.section(report),
                Forest.section(report),
                Distributions.section(report),
                BytesChart.section(report),
                LiveValues.section(report),
                Counts.java(report),
                Counts.exact(report),
                Counts.times(report),
                CallSites.section(report),
                Checks.verification(report),
                Checks.controls(report),
                Closing.method(report),
                Closing.host(report),
                Closing.command(report));
        return document(title(report), Tag.of("main").add(Opening.html(report), contents(sections))
                .add(sections.stream().map(Section::html)));
    }

    /// A page of its own.
    static String document(String title, Tag main) {
        Tag head = Tag.of("head").add(
                Tag.of("meta", "charset", "utf-8"),
                Tag.of("meta", "name", "viewport", "content", "width=device-width, initial-scale=1"),
                Tag.of("meta", "name", "color-scheme", "content", "light dark"),
                Tag.of("meta", "http-equiv", "Content-Security-Policy",
                        "content", "default-src 'none'; style-src 'unsafe-inline'"),
                Tag.of("title").add(title),
                Tag.of("style").add(Style.sheet()));
        return "<!DOCTYPE html>\n" + Tag.of("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml")
                .add(head, Tag.of("body").add(main)) + "\n";
    }

    private static String title(Report report) {
        return Stream.of("Hypercall wrappers compared", report.host().cpu(), report.date()).filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    }

    private static Tag contents(List<Section> sections) {
        return Tag.of("nav", "aria-label", "Contents").add(Tag.of("ul").add(sections.stream().map(
                section -> Tag.of("li").add(Tag.of("a", "href", "#" + section.id()).add(section.title())))));
    }
}
