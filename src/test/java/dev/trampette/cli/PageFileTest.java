package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `report --from FILE --out PAGE`: the page is there as a whole, or one line says why it is not.
class PageFileTest {

    @TempDir
    private Path directory;

    private Path json;
    private Path page;

    @BeforeEach
    void sample() throws IOException {
        json = directory.resolve("report.json");
        page = directory.resolve("report.html");
        Files.copy(Path.of("src/test/resources/dev/trampette/report/page/sample.json"), json);
    }

    private Ran report(Path from, Path out) {
        return Ran.of("report", "--from", from.toString(), "--out", out.toString());
    }

    @Test
    void a_page_is_made_from_a_report() throws IOException {
        Ran ran = report(json, page);

        assertThat(ran.status()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").endsWith("</html>\n").contains("1.987");
    }

    @Test
    void a_page_that_was_there_is_replaced_and_no_other_file_remains() throws IOException {
        Files.writeString(page, "old");

        assertThat(report(json, page).status()).isZero();

        assertThat(Files.readString(page)).doesNotStartWith("old");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(json, page);
        }
    }

    @Test
    void what_is_no_report_is_one_line_and_leaves_the_old_page() throws IOException {
        Files.writeString(page, "old");
        Files.writeString(json, Files.readString(json).replaceFirst("\"margin\"", "\"margins\""));

        refused(report(json, page), json + " is no report: margin is missing");

        assertThat(Files.readString(page)).isEqualTo("old");
    }

    @Test
    void what_cannot_be_read_or_written_is_one_line() throws IOException {
        refused(report(directory.resolve("none.json"), page), "there is no such file, --from=" + directory
                .resolve("none.json"));
        refused(report(directory, page), "cannot read the file, --from=" + directory);
        refused(report(json, directory.resolve("no/page.html")), "cannot write the file, --out=" + directory
                .resolve("no/page.html"));
        refused(report(json, directory.resolve("page.pdf")), "--from makes a page: give the file, for example "
                + "--out=report.html, instead of " + directory.resolve("page.pdf"));
        Files.write(json, "\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        refused(report(json, page), json + " is no report: it is not UTF-8");
        Files.writeString(json, "");
        refused(report(json, page), json + " is no report: it is no JSON");
        assertThat(page).doesNotExist();
    }

    private static void refused(Ran ran, String message) {
        assertThat(ran.status()).isEqualTo(Main.USAGE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("trampette: " + message).hasLineCount(1);
    }
}
