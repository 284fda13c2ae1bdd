package dev.trampette.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Executed;
import dev.trampette.cost.Simulation;
import dev.trampette.image.ImageFile;
import dev.trampette.report.page.Page;
import dev.trampette.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The report, of figures that are made up: its JSON, and what is made of that.
class ReportJsonTest {

    private static Map<String, Object> report(Comparison comparison) {
        List<Verdict> verdicts = ImageFile.hardware().callSites().stream()
                .map(contract -> new Verdict(contract, 1000, List.of())).toList();
        return new ReportJson(comparison, verdicts, symbol -> symbol.startsWith("trampoline")
                ? Optional.of(new Executed.Counts(38, 6, 10)) : Optional.empty(),
                new ReportJson.About(Host.here(), 0.01, 7, 59.5, false, "./trampette report --quick --seed 7")).json();
    }

    private static List<String> violations(String json) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("docs/report.schema.json")), InputFormat.JSON);
        return schema.validate(json, InputFormat.JSON).stream().map(Object::toString).toList();
    }

    @Test
    void it_is_as_its_schema_says() throws IOException {
        assertThat(violations(Json.text(report(Simulation.fit())))).isEmpty();
        assertThat(violations(Json.text(report(Simulation.busy())))).isEmpty();
        assertThat(violations(Json.text(report(Simulation.nothing())))).isEmpty();
    }

    @Test
    void the_schema_finds_what_is_wrong() throws IOException {
        String json = Json.text(report(Simulation.fit()));

        assertThat(violations(json.replace("\"ratioToInline\"", "\"ratioInline\""))).isNotEmpty();
        assertThat(violations(json.replace("\"cheaper\"", "\"fast\""))).isNotEmpty();
        assertThat(violations(json.replace("\"trampette-report\"", "\"report\""))).isNotEmpty();
    }

    @Test
    void a_run_that_is_not_fit_says_so_everywhere() {
        ReportText text = new ReportText(report(Simulation.busy()));

        assertThat(text.text(100)).startsWith("NOT FIT: ");
        assertThat(text.markdown()).contains("NOT FIT: ");
        assertThat((Map<?, ?>) report(Simulation.busy()).get("fit")).extracting("fit").isEqualTo(false);
    }

    @Test
    void the_headline_is_in_words() {
        Map<?, ?> headline = (Map<?, ?>) report(Simulation.fit()).get("headline");

        assertThat(headline.get("sentence")).asString().startsWith("For four outputs the trampoline takes 50 % of the "
                + "time of memory-struct").endsWith("64 and 102 bytes at the call site).");
        assertThat(headline.get("verdict")).isEqualTo("dearer");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 72, 80, 100, 120})
    void the_text_keeps_to_the_screen(int screen) {
        assertThat(new ReportText(report(Simulation.fit())).text(screen).lines()).allSatisfy(line ->
                assertThat(line.length()).isLessThanOrEqualTo(screen));
    }

    @Test
    void a_page_is_drawn_of_any_run() {
        assertThat(Page.html(Json.text(report(Simulation.fit())))).contains("<svg");
        assertThat(Page.html(Json.text(report(Simulation.busy())))).contains("too few groups were quiet");
        assertThat(Page.html(Json.text(report(Simulation.nothing())))).contains("0 of 0 forks");
    }

    @Test
    void text_and_document_are_made_of_the_json_alone() {
        Map<?, ?> written = Json.read(Json.text(report(Simulation.fit())));

        assertThat(new ReportText(written).text(72)).contains("memory-struct").contains("A/A");
        assertThat(new ReportText(written).markdown()).contains("| 4 outputs | trampoline ");
    }
}
