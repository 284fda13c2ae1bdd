package dev.trampette.report.page;

import dev.trampette.report.page.Report.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The end of the page: how it was measured, where, and how to do it again.
final class Closing {

    private Closing() {
    }

    static Section method(Report report) {
        return new Section("method", "Method", Tag.of("ol", "class", "method").add(Stream.of(
                "A stub that returns success stands in the place of the instruction. What is left is the wrapper; a "
                        + "real transition costs the same with each design.",
                "Each process loads one copy of the code and measures groups. A group holds a slot of each design.",
                "A slot is a few microseconds of calls in a loop in assembly, timed with RDTSCP. No Java runs in it.",
                "As many calls as are timed go before them, untimed, so that no slot depends on what ran earlier.",
                "In each group the order of the slots, the place of the code, the stack and the buffers are random.",
                "A figure is the ratio of two slots of one group, for what disturbs the host disturbs both.",
                "A slow instruction is timed at both ends of a group. When it takes longer than at its best, a "
                        + "neighbour was using the core: the group is busy, else quiet. The two are separate rows.",
                "The interval is over processes and places of the code. It is never narrower than the difference of "
                        + "a design from itself (A/A).",
                "Two designs are the same when the whole interval of their ratio lies within %s of 1; when it lies "
                        .formatted(Figures.percent(report.margin()))
                        + "outside, one is cheaper; else it is not known.",
                "Nothing is subtracted: each row holds the call of the site, and the call of the stub.")
                .map(line -> Tag.of("li").add(line))));
    }

    static Section host(Report report) {
        Host host = report.host();
        Tag list = Tag.of("dl");
        put(list, "processor", host.cpu());
        put(list, "family, model, stepping", Stream.of(host.family(), host.model(), host.stepping())
                .map(part -> part == null ? Figures.NONE : part).collect(Collectors.joining(", ")));
        put(list, "microcode", host.microcode());
        put(list, "cores", host.cores() == null ? null : Figures.count(host.cores())
                + (host.virtualized() == null ? "" : host.virtualized() ? ", in a virtual machine" : ", bare metal"));
        put(list, "clock", host.clockGhz() == null ? null : Figures.ns(host.clockGhz()) + " GHz");
        put(list, "steal", host.steal() == null ? null
                : Figures.percent(host.steal()) + " of the time while it was measured");
        put(list, "kernel", host.kernel());
        put(list, "system", host.os());
        put(list, "JDK", host.jdk());
        put(list, "NASM", host.nasm());
        put(list, "GCC", host.gcc());
        return new Section("host", "Host", list);
    }

    private static void put(Tag list, String name, String value) {
        if (value != null) {
            list.add(Tag.of("dt").add(name), Tag.of("dd").add(value));
        }
    }

    static Section command(Report report) {
        if (report.command() == null) {
            return Section.without("again", "Make it again", "The report does not say which command made it.");
        }
        List<String> facts = new ArrayList<>();
        if (report.seconds() != null) {
            facts.add("It took %s seconds".formatted(Figures.count(Math.round(report.seconds()))));
        }
        if (report.seed() != null) {
            facts.add("the seed was " + report.seed());
        }
        Tag body = Tag.of("div").add(Tag.of("pre", "class", "code", "tabindex", 0).add(report.command()));
        if (!facts.isEmpty()) {
            String text = String.join(", and ", facts) + ".";
            body.add(Tag.of("p").add(Character.toUpperCase(text.charAt(0)) + text.substring(1)));
        }
        return new Section("again", "Make it again", body);
    }
}
