package dev.trampette.report.page;

import dev.trampette.report.page.Report.CallSite;

/// The call sites of the designs beside each other, disassembled.
final class CallSites {

    private CallSites() {
    }

    static Section section(Report report) {
        if (report.callSites().isEmpty()) {
            return Section.without("sites", "Call sites", "This report has no disassembly of call sites.");
        }
        Tag sites = Tag.of("div", "class", "sites");
        report.callSites().forEach(site -> sites.add(Tag.of("figure").add(caption(site),
                Tag.of("pre", "class", "code", "tabindex", 0, "role", "region", "aria-label",
                        "Disassembly of " + site.symbol()).add(String.join("\n", site.listing())))));
        return new Section("sites", "Call sites", Tag.of("div").add(Tag.of("p").add("The same call in each design, as "
                + "a compiler would write it into the caller: from the hardware image, with the offset of each "
                + "instruction in hexadecimal."), sites));
    }

    private static Tag caption(CallSite site) {
        return Tag.of("figcaption").add(Tag.of("strong").add(site.design())).add(" " + site.shape()
                + (site.bytes() == null ? "" : ", " + Figures.count(site.bytes()) + " bytes") + ", ")
                .add(Tag.of("code").add(site.symbol()));
    }
}
