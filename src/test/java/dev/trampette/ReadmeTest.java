package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import dev.trampette.report.page.Picture;
import dev.trampette.support.Compiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The examples of the documents compile.
class ReadmeTest {

    private static String example(String document) throws IOException {
        return examples(document).getFirst();
    }

    private static List<String> examples(String document) throws IOException {
        List<String> examples = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of(document))).results().map(it -> it.group(1)).toList();
        assertThat(examples).isNotEmpty();
        return examples;
    }

    @Test
    void the_library() throws Exception {
        for (String example : examples("docs/library.md")) {
            assertThat(example.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
            assertThat(Compiler.errors("MemorySegment function", example + "return null;")).isEmpty();
        }
    }

    @Test
    void code_of_your_own() throws Exception {
        assertThat(Compiler.errors("java.nio.file.Path path", example("README.md") + "return null;"))
                .isEmpty();
    }

    /// Every figure is that of a result that is kept beside, and so is the picture.
    @Test
    void figures() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Matcher link = Pattern.compile("\\[(docs/results/[^]]*\\.json)]").matcher(readme);
        assertThat(link.find()).isTrue();
        String result = Files.readString(Path.of(link.group(1)));
        Map<?, ?> json = Json.read(result);
        String picture = Files.readString(Path.of("docs/results/headline.svg"));

        for (String design : List.of("inline", "per-leaf", "trampoline", "memory-struct")) {
            Map<?, ?> row = Json.objects(json.get("rows")).stream().filter(one -> "loop".equals(one.get("layer"))
                    && "quiet".equals(one.get("state")) && "throughput".equals(one.get("mode"))
                    && "TDCALL".equals(one.get("instruction")) && "4 outputs".equals(one.get("shape"))
                    && design.equals(one.get("design"))).findFirst().orElseThrow();
            assertThat(readme).contains("| `%s` | %s | %s | %s | %s | %s | %s |".formatted(design,
                    figure(row, "nsPerCall", 2), row.get("ratio") == null ? "1" : figure(row, "ratio", 3),
                    row.get("ratioLow") == null ? "" : "[%s, %s]".formatted(figure(row, "ratioLow", 3),
                            figure(row, "ratioHigh", 3)),
                    row.get("instructions"), row.get("callSiteBytes"), row.get("sharedBytes")));
            assertThat(picture).contains("data-design=\"%s\" data-ratio=\"%s\"".formatted(design,
                    row.get("ratio") == null ? "1.0" : row.get("ratio")));
        }
        Map<?, ?> headline = (Map<?, ?>) json.get("headline");
        assertThat(readme.replaceAll("\\s+", " ")).contains(
                "memory-struct takes %s times as long as the trampoline, 95 %% interval [%s, %s]".formatted(
                        figure(headline, "ratio", 2), figure(headline, "low", 3), figure(headline, "high", 3)));
        assertThat(picture).isEqualTo(Picture.svg(result));
    }

    private static String figure(Map<?, ?> row, String key, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", ((Number) row.get(key)).doubleValue());
    }
}
