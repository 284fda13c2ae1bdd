package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The page of a comparison: one file that is drawn from the JSON of `compare` and from nothing else.
public final class ComparePage {

    private static final List<String> SIDES = List.of("a", "b");
    private static final List<String> COUNTS = List.of("instructions", "loads", "stores", "branches", "stackBytes");

    private final Fields json;

    private ComparePage(Fields json) {
        this.json = json;
    }

    /// @param json what `compare --format json` prints
    /// @return HTML, well-formed as XML too, for UTF-8
    /// @throws ReportFormatException when the text is no comparison
    public static String html(String json) {
        Fields fields = Fields.read(json);
        if (!"trampette-comparison".equals(fields.text("kind"))) {
            throw fields.complaint("kind", "is not trampette-comparison");
        }
        return new ComparePage(fields).html();
    }

    private String html() {
        String title = "%s and %s".formatted(side("a").text("name"), side("b").text("name"));
        List<Section> sections = List.of(verdicts(), behaviour(), counts(), time());
        Tag main = Tag.of("main").add(Tag.of("header").add(Tag.of("h1").add(title),
                        Tag.of("p", "class", "lead").add(opening())))
                .add(sections.stream().map(Section::html))
                .add(Tag.of("footer").add(Tag.of("p").add("Seed " + json.text("seed") + ".")));
        return Page.document(title, main);
    }

    private Fields side(String letter) {
        return json.object(letter, fields -> fields);
    }

    private String opening() {
        return json.flag("same") ? "Both do the same."
                : json.maybe("behaviour", fields -> fields) == null ? "They could not be compared."
                : json.object("behaviour", fields -> fields).flag("same")
                ? "Both do the same, and they keep different promises." : "They do not do the same.";
    }

    private Section verdicts() {
        HtmlTable table = new HtmlTable("Verdicts and bytes").text("").text("routine").text("verdict")
                .figures("calls", "bytes", "shared bytes");
        Tag body = Tag.of("div");
        SIDES.forEach(letter -> {
            Fields side = side(letter);
            table.row(letter.toUpperCase(Locale.ROOT), side.text("name"), side.text("verdict"),
                    Figures.count(side.number("calls")), Figures.count(side.maybeNumber("bytes")),
                    Figures.count(side.number("sharedBytes")));
        });
        body.add(table.html());
        SIDES.forEach(letter -> notes(letter).forEach(body::add));
        return new Section("verdicts", "Verdicts", body);
    }

    /// What was found of a routine, and what was taken for granted.
    private List<Tag> notes(String letter) {
        Fields side = side(letter);
        List<String> lines = Stream.of(
                        Stream.ofNullable(side.maybeText("refusal")),
                        side.list("findings", finding -> "%s: %s, outcome %s".formatted(finding.text("rule"),
                                finding.text("register"), String.join(", ", finding.texts("outcomes")))).stream(),
                        side.texts("assumptions").stream().map("taken for granted: "::concat))
                .flatMap(all -> all).toList();
        return lines.isEmpty() ? List.of() : List.of(
                Tag.of("h3").add("%s: %s".formatted(letter.toUpperCase(Locale.ROOT), side.text("name"))),
                Tag.of("ul").add(lines.stream().map(line -> Tag.of("li").add(line))));
    }

    private Section behaviour() {
        Fields behaviour = json.maybe("behaviour", fields -> fields);
        if (behaviour == null) {
            return Section.without("behaviour", "Behaviour", "One of the two could not be looked at.");
        }
        Tag body = Tag.of("div").add(Tag.of("p").add("%s in %s cases of these outcomes: %s.".formatted(
                behaviour.flag("same") ? "The same" : "Not the same", Figures.count(behaviour.number("cases")),
                String.join(", ", behaviour.texts("outcomes")))));
        List<Fields> differences = behaviour.list("differences", fields -> fields);
        if (!differences.isEmpty()) {
            HtmlTable table = new HtmlTable("What differs, as it was found").text("place").text("").text("value")
                    .text("from").text("outcomes");
            differences.forEach(one -> SIDES.forEach(letter -> {
                Fields side = one.object(letter, fields -> fields);
                table.row(one.text("place"), letter.toUpperCase(Locale.ROOT), side.text("value"),
                        side.text("origin"), one.flag("always") ? "all" : list(one.texts("outcomes")));
            }));
            body.add(table.html());
        }
        return new Section("behaviour", "Behaviour", body);
    }

    private Section counts() {
        List<Fields> all = json.list("counts", fields -> fields);
        if (all.isEmpty()) {
            return Section.without("counts", "Instructions", "Nothing was counted.");
        }
        HtmlTable table = new HtmlTable("What one call executes").text("outcome").text("")
                .figures("instructions", "loads", "stores", "branches", "bytes of stack");
        Map<List<List<String>>, List<String>> outcomes = new LinkedHashMap<>();
        all.forEach(one -> outcomes.computeIfAbsent(SIDES.stream().map(letter ->
                figures(one.object(letter, fields -> fields))).toList(), _ -> new ArrayList<>())
                .add(one.text("outcome")));
        outcomes.forEach((figures, names) -> {
            for (int n = 0; n < SIDES.size(); n++) {
                table.row(Stream.concat(Stream.of(n == 0 ? list(names) : "", SIDES.get(n).toUpperCase(Locale.ROOT)),
                        figures.get(n).stream()).toArray());
            }
        });
        return new Section("counts", "Instructions", table.html());
    }

    /// Outcomes, in as many lines as they take.
    private static Tag list(List<String> outcomes) {
        return Tag.of("span", "class", "list").add(String.join(", ", outcomes));
    }

    private static List<String> figures(Fields side) {
        return COUNTS.stream().map(count -> Figures.count(side.number(count))).toList();
    }

    private Section time() {
        Fields time = json.maybe("time", fields -> fields);
        if (time == null) {
            String why = json.maybeText("noTime");
            return Section.without("time", "Time", why == null ? "It was not measured." : "It was not measured: "
                    + why + ".");
        }
        Fields ratio = time.object("ratio", fields -> fields);
        Double value = ratio.maybeNumber("value");
        Double low = ratio.maybeNumber("low");
        String interval = low == null ? "" : " [%s, %s]".formatted(Figures.ratio(low),
                Figures.ratio(ratio.maybeNumber("high")));
        HtmlTable table = new HtmlTable("Times, from slots of the same groups").text("").figures("ns of a call");
        SIDES.forEach(letter -> table.row(side(letter).text("name"), ns(time, letter)));
        String unfit = time.maybeText("unfit");
        return new Section("time", "Time", Tag.of("div").add(Tag.of("p").add(value == null
                        ? "The ratio of B to A is not known." : "B takes %s%s of the time of A: %s.".formatted(
                                Figures.ratio(value), interval, time.text("verdict")))).add(Stream.ofNullable(unfit)
                .map(why -> Tag.of("p").add("Not fit to be believed: " + why + "."))).add(table.html()));
    }

    private static String ns(Fields time, String letter) {
        Double value = time.object("ns" + letter.toUpperCase(Locale.ROOT), fields -> fields)
                .maybeNumber("value");
        return value == null ? Figures.NONE : Figures.ns(value);
    }
}
