package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The numbers that a chart carries are those of the JSON, all of them and no others; and the marks lie where the
/// numbers say.
class ChartTest {

    private final Drawn page = Drawn.sample();

    @Test
    void forest_plots_have_every_ratio() {
        List<String> expected = new ArrayList<>();
        for (JsonNode row : rows(row -> row.get("liveValues").isNull())) {
            boolean loop = text(row, "layer").equals("loop") && text(row, "mode").equals("throughput");
            if (!row.get("ratio").isNull() && !text(row, "design").equals("memory-struct")) {
                String reference = text(row, "layer").equals("java") ? "handle" : "memory-struct";
                expected.add("%s %s ".formatted(key(row), reference) + numbers(row, "ratio", "ratioLow", "ratioHigh"));
            }
            if (loop && !row.get("ratioToInline").isNull() && !text(row, "design").equals("inline")) {
                expected.add(key(row) + " inline "
                        + numbers(row, "ratioToInline", "ratioToInlineLow", "ratioToInlineHigh"));
            }
        }

        assertThat(marks("ratios")).extracting(mark -> String.join(" ", attributes(mark, "layer", "mode", "group",
                "design", "state", "reference", "ratio", "low", "high"))).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(expected).hasSizeGreaterThan(80);
    }

    @Test
    void forest_plots_put_marks_where_their_ratios_are() {
        for (Element table : Drawn.within(page.element("ratios"), "table")) {
            List<double[]> places = new ArrayList<>();
            for (Element mark : marks(table)) {
                Element circle = Drawn.within(mark, "circle").getFirst();
                Element line = Drawn.within(mark, "line").getFirst();
                places.add(new double[] {number(mark, "data-ratio"), number(circle, "cx")});
                places.add(new double[] {number(mark, "data-low"), number(line, "x1")});
                places.add(new double[] {number(mark, "data-high"), number(line, "x2")});
            }
            Drawn.within(table, "rect").forEach(band -> {
                places.add(new double[] {1 - number(band, "data-margin"), number(band, "x")});
                places.add(new double[] {1 + number(band, "data-margin"),
                    number(band, "x") + number(band, "width")});
            });
            onOneLine(places, Math::log, 0.03);
        }
    }

    /// A shape that memory-struct does not have is compared with the design that has no ratio.
    @Test
    void each_shape_says_what_it_is_compared_with() {
        Drawn other = Drawn.from(json -> json.get("rows").forEach(row -> {
            if (text(row, "instruction").equals("SEAMCALL") && text(row, "design").equals("memory-struct")) {
                ((ObjectNode) row).put("design", "function").putNull("ratio").putNull("ratioLow").putNull("ratioHigh");
            }
        }));

        assertThat(other.text("ratios")).contains("SEAMCALL, 4 outputs, against function")
                .contains("TDCALL, 4 outputs, against memory-struct").contains("TDCALL, 4 outputs, against inline");
    }

    @Test
    void a_busy_host_is_told_by_more_than_colour() {
        String css = page.elements("style").getFirst().getTextContent();

        assertThat(css).containsPattern("\\.busy line \\{[^}]*stroke-dasharray")
                .containsPattern("\\.busy circle \\{[^}]*fill: var\\(--paper\\)")
                .containsPattern("\\.busy \\.hill \\{[^}]*stroke-dasharray");
        assertThat(page.text("ratios")).contains("quiet").contains("busy");
    }

    @Test
    void distributions_have_every_process_and_the_median() {
        List<String> expected = new ArrayList<>();
        for (JsonNode row : rows(row -> !row.get("quantiles").isEmpty())) {
            row.get("forks").forEach(fork -> expected.add("%s %s %s fork %s %s".formatted(group(row),
                    text(row, "design"), text(row, "state"), fork.get("fork"), fork.get("nsPerCall"))));
            expected.add("%s %s %s median %s".formatted(group(row), text(row, "design"), text(row, "state"),
                    row.at("/quantiles/50")));
        }

        List<String> drawn = new ArrayList<>();
        for (Element mark : marks("distributions")) {
            String key = String.join(" ", attributes(mark, "group", "design", "state"));
            Drawn.within(mark, "circle").forEach(dot -> drawn.add(key + " fork "
                    + String.join(" ", attributes(dot, "fork", "ns"))));
            Drawn.within(mark, "path").forEach(hill -> drawn.add(key + " median "
                    + hill.getAttribute("data-median")));
        }
        assertThat(drawn).containsExactlyInAnyOrderElementsOf(expected);
        for (Element figure : Drawn.within(page.element("distributions"), "figure")) {
            onOneLine(Drawn.within(figure, "circle").stream()
                    .map(dot -> new double[] {number(dot, "data-ns"), number(dot, "cx")}).toList(), x -> x, 0.02);
        }
    }

    @Test
    void a_host_with_two_states_shows_two_hills() {
        Element quiet = hill("memory-struct", "quiet");
        Element busy = hill("memory-struct", "busy");

        assertThat(tops(quiet)).hasSize(1);
        assertThat(tops(busy)).hasSize(2);
    }

    @Test
    void time_against_bytes_has_every_quiet_design() {
        assertThat(marks("bytes")).extracting(mark -> String.join(" ", attributes(mark, "group", "design", "bytes",
                "ns"))).containsExactlyInAnyOrderElementsOf(rows(row -> text(row, "layer").equals("loop")
                        && text(row, "mode").equals("throughput") && text(row, "state").equals("quiet")).stream().map(
                        row -> "%s %s %s %s".formatted(group(row), text(row, "design"), row.get("callSiteBytes"),
                                row.get("nsPerCall"))).toList());

        List<Element> circles = marks("bytes").stream().map(mark -> Drawn.within(mark, "circle").getFirst()).toList();
        onOneLine(circles.stream().map(circle -> new double[] {number((Element) circle.getParentNode(), "data-bytes"),
            number(circle, "cx")}).toList(), x -> x, 0.02);
        onOneLine(circles.stream().map(circle -> new double[] {number((Element) circle.getParentNode(), "data-ns"),
            number(circle, "cy")}).toList(), y -> y, 0.02);
    }

    @Test
    void sequences_have_every_number_of_live_values() {
        assertThat(marks("sequences")).extracting(mark -> String.join(" ", attributes(mark, "group", "design", "live",
                "ns", "low", "high"))).containsExactlyInAnyOrderElementsOf(rows(row -> text(row, "layer")
                        .equals("sequence")).stream().map(row -> "%s %s %s %s".formatted(group(row),
                        text(row, "design"), row.get("liveValues"), numbers(row, "nsPerCall", "low", "high")))
                        .toList());

        for (Element figure : Drawn.within(page.element("sequences"), "figure")) {
            onOneLine(marks(figure).stream().flatMap(mark -> {
                Element interval = Drawn.within(mark, "line").getFirst();
                return Stream.of(new double[] {number(mark, "data-low"), number(interval, "y1")},
                        new double[] {number(mark, "data-high"), number(interval, "y2")});
            }).toList(), y -> y, 0.02);
        }
    }

    /// In all charts of sequences, so that a reader learns it once.
    @Test
    void a_design_has_one_colour_and_one_shape() {
        Drawn other = Drawn.from(json -> json.get("rows").forEach(row -> {
            if (text(row, "shape").equals("4 reads") && text(row, "design").equals("stack-trampoline")) {
                ((ObjectNode) row).put("layer", "elsewhere");
            }
        }));

        Map<String, Set<String>> styles = new HashMap<>();
        marks(other.element("sequences")).forEach(mark -> styles.computeIfAbsent(mark.getAttribute("data-design"),
                _ -> new HashSet<>()).add(((Element) mark.getParentNode()).getAttribute("class") + ' '
                        + mark.getLastChild().getNodeName()));
        assertThat(styles).hasSize(3);
        assertThat(styles.values()).allSatisfy(style -> assertThat(style).hasSize(1)).doesNotHaveDuplicates();
    }

    @Test
    void tables_have_the_figures_of_the_json() {
        List<JsonNode> glance = rows(row -> text(row, "layer").equals("loop") && text(row, "state").equals("quiet")
                && text(row, "mode").equals("throughput") && group(row).equals("TDCALL, 4 outputs"));
        assertThat(cells("glance", 0)).containsExactlyElementsOf(glance.stream().map(row ->
                "%s|%.3f|%.2f|[%.2f, %.2f]|%s|%s|%s|%s".formatted(text(row, "design"),
                        row.get("ratio").asDouble(), row.get("nsPerCall").asDouble(),
                        row.get("low").asDouble(), row.get("high").asDouble(), row.get("instructions"),
                        row.get("callSiteBytes"), row.get("sharedBytes"), text(row, "checks"))).toList());

        assertThat(cells("counts", 0)).contains("TDCALL, 4 outputs|trampoline|38|64|37|hold",
                "TDCALL, 4 outputs|memory-struct|92|102|157|hold");
        assertThat(cells("java", 0)).contains("handle|4 outputs|quiet|10.30|[10.20, 10.42]|–|0");
        assertThat(cells("times", 0)).hasSize(page.json().get("rows").size());
    }

    @Test
    void counts_of_loads_appear_when_there_are_any() {
        Drawn counted = Drawn.from(json -> ((ObjectNode) json.at("/rows/0"))
                .put("loads", 17).put("stores", 9));

        assertThat(counted.text("counts")).contains("loads").contains("17").contains("stores");
        assertThat(page.text("counts")).doesNotContain("loads");
    }

    private Element hill(String design, String state) {
        return marks("distributions").stream().filter(mark -> attributes(mark, "group", "design", "state")
                .equals(List.of("TDCALL, 4 outputs", design, state))).map(mark -> Drawn.within(mark, "path").getFirst())
                .findFirst().orElseThrow();
    }

    /// The places of a curve that are higher than all around, and more than a tenth of the highest.
    private static List<Double> tops(Element hill) {
        double[][] points = Stream.of(hill.getAttribute("d").substring(1).replace(" L", " ").split(" "))
                .map(point -> Stream.of(point.split(",")).mapToDouble(Double::parseDouble).toArray())
                .toArray(double[][]::new);
        double base = points[0][1];
        List<Double> tops = new ArrayList<>();
        for (int i = 1; i < points.length - 1; i++) {
            if (points[i][1] < points[i - 1][1] && points[i][1] <= points[i + 1][1] && base - points[i][1] > 3) {
                tops.add(points[i][0]);
            }
        }
        return tops;
    }

    /// Whether the second number of each pair is the first, scaled and moved, and not the same everywhere.
    private static void onOneLine(List<double[]> pairs, DoubleUnaryOperator scale, double tolerance) {
        double[] least = pairs.stream().min(Comparator.comparingDouble(pair -> pair[0])).orElseThrow();
        double[] most = pairs.stream().max(Comparator.comparingDouble(pair -> pair[0])).orElseThrow();
        double from = scale.applyAsDouble(least[0]);
        double slope = (most[1] - least[1]) / (scale.applyAsDouble(most[0]) - from);
        assertThat(Math.abs(most[1] - least[1])).isGreaterThan(10);
        assertThat(pairs).allSatisfy(pair -> assertThat(pair[1]).isCloseTo(
                least[1] + slope * (scale.applyAsDouble(pair[0]) - from), within(tolerance)));
    }

    private List<JsonNode> rows(Predicate<JsonNode> which) {
        return page.json().get("rows").valueStream().filter(which).toList();
    }

    private List<Element> marks(String section) {
        return marks(page.element(section));
    }

    private static List<Element> marks(Element within) {
        return Drawn.within(within, "g").stream().filter(g -> g.getAttribute("class").startsWith("mark")).toList();
    }

    /// The rows of a table, cells joined by |.
    private List<String> cells(String section, int table) {
        Element body = Drawn.within(Drawn.within(page.element(section), "table").get(table), "tbody").getFirst();
        return Drawn.within(body, "tr").stream().map(row -> String.join("|", Drawn.within(row, "*").stream()
                .map(Element::getTextContent).toList())).toList();
    }

    private static String key(JsonNode row) {
        return "%s %s %s %s %s".formatted(text(row, "layer"), text(row, "mode"), group(row), text(row, "design"),
                text(row, "state"));
    }

    private static String group(JsonNode row) {
        return text(row, "instruction") + ", " + text(row, "shape");
    }

    private static String text(JsonNode row, String name) {
        return row.get(name).asString();
    }

    private static String numbers(JsonNode row, String... names) {
        return String.join(" ", Stream.of(names).map(name -> row.get(name).toString()).toList());
    }

    private static List<String> attributes(Element mark, String... names) {
        return Stream.of(names).map(name -> mark.getAttribute("data-" + name)).toList();
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name).replace("%", ""));
    }
}
