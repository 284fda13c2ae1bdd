package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The page of a trace: the steps, and beside them the registers at each instruction of ours. It is drawn from the JSON
/// of `trace` and from nothing else.
public final class TracePage {

    private final Fields json;

    private TracePage(Fields json) {
        this.json = json;
    }

    /// @param json what `trace --format json` prints
    /// @return HTML, well-formed as XML too, for UTF-8
    /// @throws ReportFormatException when the text is no trace
    public static String html(String json) {
        return new TracePage(Fields.read(json)).html();
    }

    private String html() {
        String title = "%s, outcome %s".formatted(json.text("name"), json.text("outcome"));
        Tag main = Tag.of("main", "class", "wide").add(Tag.of("header").add(Tag.of("h1").add(title),
                        Tag.of("p", "class", "lead").add(totals())))
                .add(Stream.concat(Stream.of(steps()), taken()).map(Section::html))
                .add(Tag.of("footer").add(Tag.of("p").add("Seed " + json.text("seed") + ".")));
        return Page.document(title, main);
    }

    private String totals() {
        Fields counts = json.object("counts", fields -> fields);
        String end = json.maybeText("end");
        return "%s%s instructions, %s loads, %s stores, %s branches taken, %s bytes of stack.%s".formatted(
                end == null ? "" : "It did not return: " + end + ". ", Figures.count(counts.number("instructions")),
                Figures.count(counts.number("loads")), Figures.count(counts.number("stores")),
                Figures.count(counts.number("branches")), Figures.count(counts.number("stackBytes")),
                json.integer("missed") == 0 ? "" : " Only the first steps are shown.");
    }

    private Section steps() {
        HtmlTable table = new HtmlTable("Each instruction, and what it changes").text("at").text("instruction")
                .text("changes");
        List<Tag> registers = new ArrayList<>();
        json.list("steps", step -> step).forEach(step -> {
            List<Fields> all = step.list("registers", one -> one);
            String text = step.text("text").replaceAll("\\s+", " ");
            Tag instruction = Tag.of("code").add(text);
            if (!all.isEmpty()) {
                String id = "registers-" + (registers.size() + 1);
                registers.add(registers(step.text("at"), all).set("id", id));
                instruction = Tag.of("a", "href", "#" + id).add(instruction);
            }
            table.row(step.text("at"), instruction, changes(step));
        });
        Tag body = Tag.of("div", "class", "beside").add(table.html());
        if (!registers.isEmpty()) {
            body.add(Tag.of("div", "class", "aside").add(registers.stream()));
        }
        return new Section("steps", "Steps", body);
    }

    private static Tag registers(String at, List<Fields> registers) {
        HtmlTable table = new HtmlTable("The registers at " + at).text("register").text("value").text("from")
                .text("exposed");
        registers.forEach(one -> table.row(one.text("register"), Tag.of("code").add(one.text("value")),
                one.text("origin"), one.flag("exposed") ? "yes" : ""));
        return table.html();
    }

    /// Registers with the same new value together.
    private static String changes(Fields step) {
        Map<String, String> byValue = new LinkedHashMap<>();
        step.list("changes", one -> one).forEach(one -> byValue.merge(
                one.text("origin").isEmpty() ? one.text("value") : one.text("origin"), one.text("register"),
                "%s %s"::formatted));
        return byValue.entrySet().stream().map(one -> "%s = %s".formatted(one.getValue(), one.getKey()))
                .collect(Collectors.joining(", "));
    }

    private Stream<Section> taken() {
        List<String> assumptions = json.texts("assumptions");
        return assumptions.isEmpty() ? Stream.empty() : Stream.of(new Section("taken", "Taken for granted",
                Tag.of("ul").add(assumptions.stream().map(line -> Tag.of("li").add(line)))));
    }
}
