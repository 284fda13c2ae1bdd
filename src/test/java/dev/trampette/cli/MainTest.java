package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The command line: exit statuses, one line for every error, JSON on standard output alone.
class MainTest {

    @TempDir
    private Path directory;

    private String out;
    private String err;

    private int run(String... args) {
        var bytes = new ByteArrayOutputStream();
        var errors = new StringWriter();
        PrintStream standard = System.out;
        System.setOut(new PrintStream(bytes, true));
        try {
            return Main.commandLine().setErr(new PrintWriter(errors, true)).setOut(new PrintWriter(bytes, true))
                    .execute(args);
        } finally {
            System.setOut(standard);
            out = bytes.toString();
            err = errors.toString();
        }
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> rows(String member) {
        return (List<Map<String, Object>>) Json.read(out).get(member);
    }

    @Test
    void list_names_every_wrapper() {
        assertThat(run("list", "--format", "json")).isZero();

        List<Map<String, Object>> wrappers = rows("wrappers");
        assertThat(wrappers).extracting(wrapper -> wrapper.get("name")).containsExactlyElementsOf(
                Image.shim().callSites().stream().map(Contract::symbol).toList());
        assertThat(wrappers.getFirst()).containsEntry("name", "inline_hlt")
                .containsEntry("design", "inline").containsEntry("instruction", "TDCALL")
                .containsEntry("leaf", "Instruction.HLT").containsEntry("number", "0xc")
                .containsEntry("mask", "0x1c00");
        assertThat(err).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "markdown", "json"})
    void every_format_is_printed(String format) {
        for (String command : List.of("list", "size", "doctor")) {
            assertThat(run(command, "--format", format)).as(command).isZero();
            assertThat(out).isNotBlank();
        }
    }

    @Test
    void size_has_bytes_and_instructions() {
        assertThat(run("size", "--format", "json")).isZero();

        assertThat(rows("callSites")).anySatisfy(site -> assertThat(site)
                .containsEntry("name", "trampoline_cpuid").containsEntry("callSiteBytes", 64)
                .containsEntry("callSiteInstructions", 24).containsEntry("sharedRoutine", "tdvmcall_trampoline")
                .containsEntry("sharedBytes", 37).containsEntry("smallerThanInlineFrom", 3));
    }

    @Test
    void doctor_says_ok() {
        assertThat(run("doctor")).isZero();
        assertThat(out).contains("crossing").contains("guard").doesNotContain("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bogus", "list --format yaml", "list extra", "bench --include [",
        "bench --include nosuch", "bench --include cpuid --vs /nonexistent", "report --out /proc/nowhere",
        "report --seed x", "test"})
    void bad_input_is_one_line_and_status_2(String commandLine) {
        assertThat(run(commandLine.isEmpty() ? new String[0] : commandLine.split(" "))).isEqualTo(2);

        assertThat(err.lines()).singleElement().asString().startsWith("trampette: ");
        assertThat(out).isEmpty();
    }

    @Test
    void an_earlier_result_must_be_one() throws Exception {
        Path file = Files.writeString(directory.resolve("earlier.json"), "{\"rows\": [{\"name\": 1}]}");

        assertThat(run("bench", "--include", "typed/halt", "--vs", file.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("--vs=" + file);
    }

    @Test
    void an_earlier_result_must_have_something_to_compare() throws Exception {
        Path file = Files.writeString(directory.resolve("earlier.json"),
                "{\"rows\": [{\"name\": \"typed/cpuid\", \"ns\": 1, \"low\": 1, \"high\": 1}]}");

        assertThat(run("bench", "--include", "typed/halt", "--vs", file.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("nothing to compare");
    }

    @Test
    void help_is_no_error() {
        assertThat(run("--help")).isZero();
        assertThat(run("report", "--help")).isZero();
        assertThat(out).contains("--quick");
    }
}
