package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is on the page, and what is not.
class PageTest {

    private static final List<String> SECTIONS = List.of("glance", "ratios", "distributions", "bytes", "sequences",
            "java", "counts", "times", "sites", "checks", "controls", "method", "host", "again");

    @Test
    void the_verdict_is_the_headline_of_the_json() {
        Drawn page = Drawn.sample();

        Element ratio = page.elements("data").getFirst();
        assertThat(ratio.getAttribute("data-ratio")).isEqualTo(page.json().at("/headline/ratio").toString());
        assertThat(ratio.getAttribute("data-low")).isEqualTo(page.json().at("/headline/low").toString());
        assertThat(ratio.getAttribute("data-high")).isEqualTo(page.json().at("/headline/high").toString());
        assertThat(ratio.getTextContent()).isEqualTo("1.987");
        assertThat(page.elements("h1").getFirst().getTextContent())
                .isEqualTo(page.json().at("/headline/sentence").asString());
        assertThat(page.html()).doesNotContain("NOT FIT").doesNotContain("Partial");
    }

    @Test
    void all_sections_are_there_and_none_is_empty() {
        Drawn page = Drawn.sample();

        assertThat(page.elements("section")).extracting(section -> section.getAttribute("id"))
                .containsExactlyElementsOf(SECTIONS);
        assertThat(page.elements("p")).noneMatch(text -> text.getAttribute("class").equals("absent"));
        assertThat(page.elements("a")).extracting(link -> link.getAttribute("href").substring(1))
                .containsExactlyElementsOf(SECTIONS);
    }

    @Test
    void a_report_without_anything_says_what_is_missing() {
        Drawn page = Drawn.from(json -> {
            Stream.of("rows", "controls", "evidence", "callSites").forEach(list -> json.set(list, json.arrayNode()));
            Stream.of("headline", "verification", "command", "seed", "seconds", "date").forEach(json::putNull);
        });

        assertThat(page.elements("svg")).isEmpty();
        assertThat(page.elements("table")).isEmpty();
        SECTIONS.stream().filter(id -> !List.of("method", "host").contains(id)).forEach(id -> assertThat(page.text(id))
                .as(id).contains("eport"));
        assertThat(page.elements("h1").getFirst().getTextContent()).contains("no headline");
    }

    /// Each kind of rows is left out alone, and its section with it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sequence | sequences | no rows of VMREAD",
        "java     | java      | no rows of calls from Java"
    })
    void what_was_not_measured_leaves_its_section_out(String layer, String section, String sentence) {
        Drawn page = Drawn.from(json -> removeRows(json, row -> row.get("layer").asString().equals(layer)));

        assertThat(page.text(section)).contains(sentence);
        assertThat(Drawn.within(page.element(section), "svg")).isEmpty();
        assertThat(Drawn.within(page.element("ratios"), "svg")).isNotEmpty();
    }

    @Test
    void rows_without_numbers_are_drawn_nowhere() {
        Drawn page = Drawn.from(json -> json.get("rows").forEach(row -> {
            for (String name : List.of("nsPerCall", "low", "high", "ratio", "ratioLow", "ratioHigh", "ratioToInline",
                    "ratioToInlineLow", "ratioToInlineHigh", "forks", "quantiles", "instructions", "callSiteBytes")) {
                ((ObjectNode) row).putNull(name);
            }
        }));

        assertThat(page.elements("svg")).isEmpty();
        assertThat(page.text("ratios")).contains("No row");
        assertThat(page.text("times")).doesNotContain("null").doesNotContain("NaN");
    }

    @Test
    void not_fit_says_why_before_any_figure_is_believed() {
        Drawn page = Drawn.from(json -> ((ObjectNode) json.get("fit")).put("fit", false)
                .put("reason", "only 12 % of the groups were quiet").put("quietShare", 0.12));

        assertThat(page.elements("header").getFirst().getTextContent()).contains("NOT FIT.")
                .contains("only 12 % of the groups were quiet").doesNotContain("Fit to be believed");
        assertThat(page.elements("div").stream().filter(div -> div.hasAttribute("data-fit")).findFirst().orElseThrow()
                .getAttribute("data-fit")).isEqualTo("false");
    }

    @Test
    void a_part_of_a_run_says_so() {
        Drawn page = Drawn.from(json -> json.put("partial", true));

        assertThat(page.elements("header").getFirst().getTextContent()).contains("Partial.").contains("stopped");
    }

    @Test
    void every_text_of_the_json_is_escaped() {
        String hostile = "<b onclick=\"x\">&amp;'\u0007</b></style><script>alert(1)</script>]]>";
        Drawn page = Drawn.from(json -> replaceTexts(json, hostile));

        assertThat(page.elements("script")).isEmpty();
        assertThat(page.elements("b")).isEmpty();
        assertThat(page.elements("h1").getFirst().getTextContent()).isEqualTo(hostile.replace('\u0007', '\ufffd'));
        assertThat(page.elements("style")).hasSize(1);
    }

    /// Nothing is fetched, and nothing runs.
    @Test
    void the_page_stands_alone() {
        Drawn page = Drawn.sample();

        assertThat(page.html()).doesNotContain("<script").doesNotContain("url(").doesNotContain("@import")
                .doesNotContain("src=");
        assertThat(page.html().replace("http://www.w3.org/1999/xhtml", "")).doesNotContain("http://")
                .doesNotContain("https://");
    }

    @Test
    void pictures_have_words_and_tables_have_captions() {
        Drawn page = Drawn.sample();

        assertThat(page.elements("svg")).isNotEmpty().allSatisfy(svg -> {
            if (!svg.getAttribute("aria-hidden").equals("true")) {
                assertThat(svg.getAttribute("role")).isEqualTo("img");
                assertThat(svg.getAttribute("aria-label")).isNotBlank();
            }
        });
        assertThat(page.elements("table")).isNotEmpty()
                .allSatisfy(table -> assertThat(Drawn.within(table, "caption")).hasSize(1));
    }

    @Test
    void findings_stand_with_the_wrapper_that_has_them() {
        Drawn page = Drawn.sample();

        for (JsonNode row : page.json().at("/verification/rows")) {
            assertThat(page.text("checks")).contains(row.get("name").asString());
            row.get("findings").forEach(finding -> assertThat(page.text("checks")).contains(finding.asString()));
        }
        assertThat(page.text("checks")).contains("1 of 52 wrappers is broken");
    }

    @Test
    void when_all_hold_the_page_says_it_without_findings() {
        Drawn page = Drawn.from(json -> ((ArrayNode) json.at("/verification/rows"))
                .removeIf(row -> row.get("verdict").asString().equals("broken")));

        assertThat(page.text("checks")).contains("All 51 wrappers hold").doesNotContain("Findings");
    }

    @Test
    void call_sites_are_there_line_by_line() {
        Drawn page = Drawn.sample();

        List<Element> listings = Drawn.within(page.element("sites"), "pre");
        for (int i = 0; i < listings.size(); i++) {
            assertThat(listings.get(i).getTextContent().lines()).containsExactlyElementsOf(
                    page.json().at("/callSites/" + i + "/listing").valueStream().map(JsonNode::asString).toList());
        }
        assertThat(listings).hasSize(page.json().get("callSites").size()).hasSizeGreaterThan(3);
    }

    @Test
    void the_method_is_ten_lines_and_the_command_is_last() {
        Drawn page = Drawn.sample();

        assertThat(Drawn.within(page.element("method"), "li")).hasSize(10);
        assertThat(page.text("again")).contains(page.json().get("command").asString());
        assertThat(page.text("host")).contains("AMD EPYC").contains("25, 17, 1").contains("0xa101148")
                .contains("3.68 GHz").contains("0.2\u00a0%");
    }

    @Test
    void the_same_json_gives_the_same_page() {
        assertThat(Drawn.sample().html()).isEqualTo(Drawn.sample().html());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "nothing                                              | it is no JSON",
        "{\"kind\": 1, \"kind\": 2}                           | it is no JSON: Duplicate",
        "[]                                                   | it is no JSON object",
        "{} {}                                                | it is no JSON",
        "{}                                                   | kind is missing",
        "{\"kind\": \"other\"}                                | kind is not trampette-report: other",
        "{\"kind\": \"trampette-report\", \"version\": 2}     | version is 2; this program reads version 1",
        "{\"kind\": \"trampette-report\", \"version\": \"1\"} | version is not integer: \"1\""
    })
    void what_is_no_report_is_refused_in_one_line(String text, String message) {
        assertThatThrownBy(() -> Page.html(text)).isInstanceOf(ReportFormatException.class)
                .hasMessageStartingWith(message).message().doesNotContain("\n");
    }

    @Test
    void what_is_wrong_in_a_report_is_named_with_its_place() {
        refused("rows[3].ratio is missing", json -> ((ObjectNode) json.at("/rows/3")).remove("ratio"));
        refused("rows[0].design is null", json -> ((ObjectNode) json.at("/rows/0")).putNull("design"));
        refused("rows[1].nsPerCall is not number: \"fast\"",
                json -> ((ObjectNode) json.at("/rows/1")).put("nsPerCall", "fast"));
        refused("rows[1].nsPerCall is not above 0: -3.5",
                json -> ((ObjectNode) json.at("/rows/1")).put("nsPerCall", -3.5));
        refused("rows[1].low and high are no interval: 9.0, 3.514",
                json -> ((ObjectNode) json.at("/rows/1")).put("low", 9.0).put("high", 3.514));
        refused("rows[2].quantiles has 100 numbers, not 101",
                json -> ((ArrayNode) json.at("/rows/2/quantiles")).remove(100));
        refused("rows[2].quantiles fall at 6", json -> ((ArrayNode) json.at("/rows/2/quantiles")).set(5, 1000.0));
        refused("rows[0].forks[1].ratio is missing", json -> ((ObjectNode) json.at("/rows/0/forks/1")).remove("ratio"));
        refused("fit.sentences is not list: 7", json -> ((ObjectNode) json.get("fit")).put("sentences", 7));
        refused("verification.rows[0].findings[0] is not text: 1",
                json -> ((ArrayNode) json.at("/verification/rows/0/findings")).add(1));
        refused("host is null", json -> json.putNull("host"));
        refused("margin is not between 0 and 1: 2.0", json -> json.put("margin", 2.0));
    }

    @Test
    void numbers_that_no_chart_can_show_are_refused() {
        String text = Drawn.json(_ -> { }).toString().replace("\"margin\":0.02", "\"margin\":1e999");

        assertThatThrownBy(() -> Page.html(text)).isInstanceOf(ReportFormatException.class)
                .hasMessageStartingWith("margin is not finite number");
    }

    /// A comma in a coordinate would be another number.
    @Test
    void a_page_does_not_depend_on_the_language_of_the_host() {
        Locale locale = Locale.getDefault();
        String here = Drawn.sample().html();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(Drawn.sample().html()).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
        }
    }

    private static void refused(String message, Consumer<ObjectNode> change) {
        String text = Drawn.json(change).toString();
        assertThatThrownBy(() -> Page.html(text)).isInstanceOf(ReportFormatException.class)
                .hasMessageStartingWith(message);
    }

    private static void removeRows(ObjectNode json, Predicate<JsonNode> which) {
        ArrayNode rows = (ArrayNode) json.get("rows");
        for (int i = rows.size() - 1; i >= 0; i--) {
            if (which.test(rows.get(i))) {
                rows.remove(i);
            }
        }
    }

    /// All texts but those whose words mean something to the page.
    private static void replaceTexts(JsonNode node, String text) {
        List<String> words = List.of("kind", "layer", "mode", "state", "verdict");
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                if (member.getValue().isString() && !words.contains(member.getKey())) {
                    member.setValue(object.stringNode(text));
                } else {
                    replaceTexts(member.getValue(), text);
                }
            });
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i).isString()) {
                    array.set(i, text);
                } else {
                    replaceTexts(array.get(i), text);
                }
            }
        }
    }
}
