package dev.trampette.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.report.Json;
import dev.trampette.report.TraceReport;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verify.trace.Trace;
import dev.trampette.verify.trace.Tracer;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

/// The page of a trace has each step and each register of the trace.
class TracePageTest {

    private static final long SEED = 20_261_127;
    private static final TrappedImage HARDWARE = TrappedImage.of("hardware");

    @TempDir
    private Path directory;

    private static Trace trace(String symbol) {
        return new Tracer(HARDWARE.image(), SEED).trace(HARDWARE.target(HARDWARE.contracts().stream()
                .filter(it -> it.symbol().equals(symbol)).findFirst().orElseThrow()), Optional.empty());
    }

    private static String page(Trace trace) {
        return TracePage.html(Json.text(new TraceReport(trace, List.of("an argument is a number")).json()));
    }

    @Test
    void steps_and_registers_can_be_read_back() throws Exception {
        Trace trace = trace("memory_struct_cpuid");

        String html = page(trace);

        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(html)));
        List<Element> tables = Drawn.within(document.getDocumentElement(), "tbody");
        List<Element> steps = Drawn.within(tables.getFirst(), "tr");
        assertThat(steps).hasSameSizeAs(trace.steps());
        for (int n = 0; n < steps.size(); n++) {
            assertThat(Drawn.within(steps.get(n), "th").getFirst().getTextContent())
                    .isEqualTo(trace.steps().get(n).at());
            assertThat(Drawn.within(steps.get(n), "code").getFirst().getTextContent())
                    .isEqualTo(trace.steps().get(n).text().replaceAll("\\s+", " "));
        }
        Trace.Step tdcall = trace.steps().stream().filter(step -> !step.registers().isEmpty()).findFirst()
                .orElseThrow();
        List<Element> registers = Drawn.within(tables.get(1), "tr");
        assertThat(registers).extracting(row -> Drawn.within(row, "code").getFirst().getTextContent())
                .isEqualTo(tdcall.registers().stream().map(one -> "0x%x".formatted(one.value())).toList());
        String link = Drawn.within(tables.getFirst(), "a").getFirst().getAttribute("href");
        assertThat(html).contains("id=\"" + link.substring(1) + "\"");
        assertThat(html).contains("an argument is a number").contains("90 instructions");
    }

    @Test
    void what_is_no_trace_is_said() {
        assertThatThrownBy(() -> TracePage.html("{}")).isInstanceOf(ReportFormatException.class)
                .hasMessageContaining("name is missing");
    }

    @ParameterizedTest
    @CsvSource({"1200, false", "400, true"})
    void it_can_be_read_in_a_browser(int width, boolean dark) throws IOException, InterruptedException {
        Optional<Chromium> chromium = Chromium.find(directory);
        assumeTrue(chromium.isPresent(), "no Chromium on this machine: nobody looks at the page");

        JsonNode seen = chromium.get().measure(page(trace("inline_tdh_vp_enter")), width, dark);

        assertThat(List.of("wide", "cut", "overlaps", "faint", "small")).allSatisfy(question -> assertThat(
                seen.get(question).valueStream().map(JsonNode::asString)).as(question).isEmpty());
    }
}
