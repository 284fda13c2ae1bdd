package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The page in Chromium: nothing is cut off, nothing lies over anything, nothing is empty or too faint. Where there is
/// no Chromium, these tests say so and are left out. The sample and its screenshots are in `target/page`, for people.
class PageInBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target/page");
    private static final List<String> QUESTIONS = List.of("wide", "cut", "overlaps", "empty", "crooked", "faint",
            "small");

    /// Of pixels; a picture of the whole page would be too high for Chromium.
    private static final int LINES = 4000;

    @TempDir
    private Path directory;

    private Chromium chromium;

    @BeforeEach
    void find() {
        Optional<Chromium> found = Chromium.find(directory);
        assumeTrue(found.isPresent(), "no Chromium on this machine: nobody looks at the page");
        chromium = found.get();
    }

    @ParameterizedTest
    @CsvSource({"1200, false", "1200, true", "400, false", "400, true"})
    void the_sample_can_be_read(int width, boolean dark) throws IOException, InterruptedException {
        String html = Drawn.sample().html();

        JsonNode seen = chromium.measure(html, width, dark);

        assertThat(seen.get("width").asInt()).isEqualTo(width);
        assertThat(seen.get("dark").asBoolean()).isEqualTo(dark);
        assertThat(seen.get("paper").asString()).isEqualTo(dark ? "rgb(20, 23, 27)" : "rgb(255, 255, 255)");
        assertThat(seen.get("marks").asInt()).isGreaterThan(200);
        assertThat(seen.get("texts").asInt()).isGreaterThan(200);
        assertNoComplaint(seen);
        screenshot(html, width, dark, seen.get("height").asInt());
    }

    /// What a host may bring: long names, large and tiny ratios, intervals that are wide, many designs.
    @ParameterizedTest
    @CsvSource({"1200, false", "400, true"})
    void a_report_that_strains_it_can_be_read(int width, boolean dark) throws IOException, InterruptedException {
        Drawn strained = Drawn.from(json -> {
            json.put("partial", true);
            ((ObjectNode) json.get("fit")).put("fit", false)
                    .put("reason", "the_reference_of_" + "x".repeat(60) + " differs between processes");
            ((ObjectNode) json.get("host")).put("cpu", "Intel(R) Xeon(R) Platinum 8592+ CPU @ 1.90GHz ES".repeat(3));
            json.put("command", "./trampette report --quick --seed 1 --out " + "directory/".repeat(30));
            json.get("rows").forEach(row -> strain((ObjectNode) row));
        });

        assertNoComplaint(chromium.measure(strained.html(), width, dark));
    }

    private static void strain(ObjectNode row) {
        if (row.get("design").asString().equals("trampoline")) {
            row.put("design", "trampoline-for-outliers");
            for (String name : List.of("ratio", "ratioToInline")) {
                if (row.get(name).isNumber()) {
                    row.put(name + "Low", row.get(name).asDouble() / 20).put(name + "High",
                            row.get(name).asDouble() * 30);
                }
            }
        }
        row.put("nsPerCall", row.get("nsPerCall").asDouble() * 1000).putNull("low").putNull("high");
    }

    @Test
    void a_report_without_anything_can_be_read() throws IOException, InterruptedException {
        Drawn nothing = Drawn.from(json -> {
            Stream.of("rows", "controls", "evidence", "callSites").forEach(list -> json.set(list, json.arrayNode()));
            Stream.of("headline", "verification", "command", "seed", "seconds", "date").forEach(json::putNull);
        });

        assertNoComplaint(chromium.measure(nothing.html(), 400, false));
    }

    /// What is added to a page, and the question that has an answer then.
    private static final List<List<String>> BROKEN = List.of(
            List.of("wide", "<div style='width: 1300px'>wide</div>"),
            List.of("cut", "<p style='width: 40px; overflow: hidden; white-space: nowrap'>this text is cut</p>"),
            List.of("cut", "<svg class='chart axis' width='100' height='20'><text x='80' y='12'>too long</text></svg>"),
            List.of("overlaps", "<svg class='axis'><text x='9' y='12'>a</text><text x='9' y='12'>b</text></svg>"),
            List.of("empty", "<svg class='chart' width='200' height='20'></svg>"),
            List.of("empty", "<svg class='chart' width='200'><g class='mark'>"
                    + "<circle cx='900' cy='9' r='4'/></g></svg>"),
            List.of("crooked", "<style>.forest .axis svg { margin-left: 9px; }</style>"),
            List.of("faint", "<p style='color: #999'>faint</p>"),
            List.of("faint", "<svg class='chart'><g class='mark'>"
                    + "<circle style='stroke: #ccc' cx='9' cy='9' r='4'/></g></svg>"),
            List.of("small", "<p style='font-size: 9px'>small</p>"));

    /// Pages that are broken on purpose, of a report with few rows: each question has its answer, and had none before.
    @Test
    void what_is_broken_is_seen() throws IOException, InterruptedException {
        String page = Drawn.from(json -> {
            ArrayNode rows = json.arrayNode();
            json.get("rows").valueStream().filter(row -> row.get("layer").asString().equals("loop")
                    && row.get("shape").asString().equals("4 outputs")).forEach(rows::add);
            json.set("rows", rows);
        }).html();
        List<String> pages = new ArrayList<>(List.of(page));
        BROKEN.forEach(broken -> pages.add(page.replace("</main>", broken.getLast() + "</main>")));

        List<JsonNode> seen = chromium.measure(pages, 1200, false);

        assertNoComplaint(seen.getFirst());
        for (int n = 0; n < BROKEN.size(); n++) {
            JsonNode answers = seen.get(n + 1);
            assertThat(QUESTIONS.stream().filter(name -> !answers.get(name).isEmpty())).as(BROKEN.get(n).getLast())
                    .contains(BROKEN.get(n).getFirst());
        }
    }

    private static void assertNoComplaint(JsonNode seen) {
        assertThat(QUESTIONS).allSatisfy(question -> assertThat(seen.get(question).valueStream()
                .map(JsonNode::asString)).as(question).isEmpty());
    }

    /// A picture of the upper part of the page, which shows something; and the page itself beside it.
    private void screenshot(String html, int width, boolean dark, int height)
            throws IOException, InterruptedException {
        Files.createDirectories(SCREENSHOTS);
        Files.writeString(SCREENSHOTS.resolve("report.html"), html);
        Path file = SCREENSHOTS.resolve("%s-%s.png".formatted(width, dark ? "dark" : "light"));
        chromium.screenshot(html, width, dark, height, LINES, file);
        BufferedImage picture = ImageIO.read(file.toFile());
        assertThat(IntStream.range(0, picture.getWidth() * picture.getHeight()).map(i -> picture.getRGB(
                i % picture.getWidth(), i / picture.getWidth())).distinct().count()).isGreaterThan(50);
    }
}
