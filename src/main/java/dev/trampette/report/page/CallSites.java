package dev.trampette.report.page;

import dev.trampette.report.page.Report.CallSite;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The call sites of the designs beside each other, disassembled.
final class CallSites {

    private CallSites() {
    }

    static Section section(Report report) {
        if (report.callSites().isEmpty()) {
            return Section.without("sites", "Call sites", "This report has no disassembly of call sites.");
        }
        Map<String, List<CallSite>> shapes = report.callSites().stream()
                .collect(Collectors.groupingBy(CallSite::shape, LinkedHashMap::new, Collectors.toList()));
        String shown = shapes.containsKey(Glance.SHAPE) ? Glance.SHAPE : shapes.keySet().iterator().next();
        Tag body = Tag.of("div").add(Tag.of("p").add("The same call in each design, as a compiler would write it into "
                + "the caller: from the hardware image, with the offset of each instruction in hexadecimal."));
        body.add(Tag.of("h3").add(shown), sites(shapes.remove(shown)));
        shapes.forEach((shape, sites) -> body.add(Tag.of("details").add(Tag.of("summary").add(shape), sites(sites))));
        return new Section("sites", "Call sites", body);
    }

    private static Tag sites(List<CallSite> sites) {
        return Tag.of("div", "class", "sites").add(sites.stream().map(site -> Tag.of("figure").add(caption(site),
                Tag.of("pre", "class", "code", "tabindex", 0, "role", "region", "aria-label",
                        "Disassembly of " + site.symbol()).add(listing(site)))));
    }

    /// With one space where columns were: four of them stand beside each other.
    private static String listing(CallSite site) {
        return site.listing().stream().map(line -> line.strip().replaceAll("\\s+", " "))
                .collect(Collectors.joining("\n"));
    }

    private static Tag caption(CallSite site) {
        return Tag.of("figcaption").add(Tag.of("strong").add(site.design()))
                .add(site.bytes() == null ? ", " : ", " + Figures.count(site.bytes()) + " bytes, ")
                .add(Tag.of("code").add(site.symbol()));
    }
}
