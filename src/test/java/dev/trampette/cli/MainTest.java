package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.Json;
import dev.trampette.support.TableDefect;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
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
                Image.shim().contracts().stream().map(Contract::symbol).toList());
        assertThat(wrappers).anySatisfy(wrapper -> assertThat(wrapper).containsEntry("name", "inline_hlt")
                .containsEntry("design", "inline").containsEntry("instruction", "TDCALL")
                .containsEntry("leaf", "Instruction.HLT").containsEntry("number", "0xc")
                .containsEntry("inputs", Map.of("r11", "0xc", "r12", "interrupt_blocked"))
                .containsEntry("arguments", List.of("interrupt_blocked:bool"))
                .containsEntry("mask", "0x1c00").containsEntry("verified", true));
        assertThat(wrappers).anySatisfy(wrapper -> assertThat(wrapper)
                .containsEntry("name", "memory_struct_tdg_vm_rd_version_1").containsEntry("number", "0x10007")
                .containsEntry("outputs", List.of("rdx", "r8")).containsEntry("mask", null));
        assertThat(wrappers).anySatisfy(wrapper -> assertThat(wrapper).containsEntry("name", "trampoline_pconfig")
                .containsEntry("verified", false));
        assertThat(err).isEmpty();
    }

    @Test
    void list_has_all_there_is() {
        assertThat(run("list", "--format", "json")).isZero();

        assertThat(rows("instructions")).hasSizeGreaterThanOrEqualTo(8);
        assertThat(rows("fields")).hasSize(181);
        assertThat(Stream.of("tdvmcall", "tdg", "tdh").map(family -> rows("leaves").stream()
                .filter(leaf -> leaf.get("family").equals(family)).map(leaf -> leaf.get("name")).distinct().count()))
                .containsExactly(20L, 24L, 69L);
    }

    /// Each leaf is in every design; where it is in none, the reason is there.
    @Test
    void list_says_why_a_leaf_has_no_wrapper() {
        assertThat(run("list", "leaves", "--format", "json")).isZero();

        assertThat(rows("leaves")).allSatisfy(leaf -> {
            if (leaf.get("unwrapped") == null) {
                assertThat((List<?>) leaf.get("designs")).hasSize(4);
            } else {
                assertThat((List<?>) leaf.get("designs")).isEmpty();
                assertThat((String) leaf.get("unwrapped")).isNotBlank();
            }
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x10001             | MapGPA: sub-function          | failing_gpa",
        "tdg.mem.page.accept | TDG.MEM.PAGE.ACCEPT: leaf     | Tdcall.memPageAccept",
        "0x681e              | GUEST_RIP: field              | natural: 64 bits",
        "0x2401              | GUEST_PHYSICAL_ADDRESS: field | high half",
        "0xC000010000000001  | OPERAND_INVALID: completion   | operand rcx",
        "0x00000b0a00000001  | PAGE_ALREADY_ACCEPTED: compl  | details 0x1",
        "0x8000000000000002  | ALIGN_ERROR: status           | R10",
        "tdx_operand_busy    | OPERAND_BUSY: completion      | call again",
        "13                  | READ_ONLY_COMPONENT: VM-inst  | read-only",
        "TDG.VP.VMCALL       | TDG.VP.VMCALL: leaf           | none: its sub-functions"
    })
    void describe_explains_by_name_and_number(String what, String title, String detail) {
        assertThat(run("describe", what)).isZero();

        assertThat(out).contains(title.strip()).contains(detail);
        assertThat(out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    void a_status_without_a_name_is_taken_apart() {
        assertThat(run("describe", "0xc000770000000001")).isZero();

        assertThat(out).contains("UNKNOWN").contains("class 0x77");
    }

    @Test
    void an_image_that_is_missing_is_one_line_and_status_3() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Ddev.trampette.native=/nonexistent",
                "-cp", System.getProperty("java.class.path"), "dev.trampette.cli.Main", "list")
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());

        assertThat(process.waitFor()).isEqualTo(3);
        assertThat(output.lines()).singleElement().asString().startsWith("trampette: no image, file=/nonexistent/");
    }

    @Test
    void describe_of_nothing_is_one_line() {
        assertThat(run("describe", "")).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().startsWith("trampette: no leaf");
    }

    @Test
    void verify_takes_wildcards_and_replays() {
        assertThat(run("verify", "*_rdmsr", "--seed", "7", "--format", "json")).isZero();

        assertThat(rows("wrappers")).extracting(wrapper -> wrapper.get("name")).containsExactlyInAnyOrder(
                "inline_rdmsr", "trampoline_rdmsr", "memory_struct_rdmsr", "per_leaf_rdmsr", "tdvmcall_rdmsr");
        assertThat(rows("wrappers")).allSatisfy(wrapper ->
                assertThat(wrapper).containsEntry("verdict", "holds").containsEntry("findings", List.of()));
        assertThat(out).contains("\"seed\" : 7");
    }

    @Test
    void verify_finds_specimens_and_lets_their_twins_pass() {
        assertThat(run("verify", "--specimens", "lost_rbx", "null_*", "--seed", "7", "--format", "json")).isZero();

        assertThat(rows("specimens")).hasSizeGreaterThan(1).allSatisfy(specimen ->
                assertThat(specimen).containsEntry("found", true).containsEntry("twin", "holds"));
        assertThat(rows("specimens")).anySatisfy(specimen -> {
            assertThat(specimen).containsEntry("name", "lost_rbx").containsEntry("rule", "callee-saved")
                    .containsEntry("class", "C1");
            assertThat(out).contains("lost_rbx: callee-saved: rbx, outcome=success, expected 0x")
                    .contains("(the caller's rbx)");
        });
    }

    @Test
    void verify_of_an_unknown_specimen_is_one_line() {
        assertThat(run("verify", "--specimens", "nobody")).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().startsWith("trampette: no specimen is called nobody");
    }

    @Test
    void generate_prints_the_wrappers_of_a_table() throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), "family: tdg\nleaves:\n  - name: TDG.MINE\n"
                + "    number: 99\n    in:\n      rcx: {name: what}\n");

        assertThat(run("generate", "--design", "per-leaf", "--table", table.toString())).isZero();
        assertThat(out).contains("ROUTINE tdg_mine, sysv").contains("mov     rcx, rdi").contains("mov     eax, 0x63");

        assertThat(run("generate", "--design", "inline", "--table", table.toString(), "--out",
                directory.resolve("made").toString())).isZero();
        assertThat(directory.resolve("made/inline-tdg.asm")).content().contains("CALL_SITE inline, tdg_mine");
    }

    @ParameterizedTest
    @FieldSource("dev.trampette.support.TableDefect#ALL")
    void a_table_with_an_error_gives_one_line_and_nothing_else(TableDefect defect) throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), defect.text());

        assertThat(run("generate", "--design", "inline", "--table", table.toString(), "--out",
                directory.resolve("made").toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString()
                .startsWith("trampette: %s:%s".formatted(table, defect.message()));
        assertThat(out).isEmpty();
        assertThat(directory.resolve("made")).doesNotExist();
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
        "report --seed x", "test", "describe", "describe nonsense", "describe 0xzz", "list nonsense", "verify nosuch",
        "verify --iterations 0", "verify --seed x", "generate", "generate --design x --table pom.xml",
        "generate --design inline --table /nonexistent", "generate --design inline --table pom.xml", "verify tramp[*"})
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
