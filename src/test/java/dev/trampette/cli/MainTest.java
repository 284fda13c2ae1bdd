package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Instructions;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import dev.trampette.probe.Vectors;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import dev.trampette.report.RuleText;
import dev.trampette.report.VerificationReport;
import dev.trampette.spec.LeafTable;
import dev.trampette.support.Lab;
import dev.trampette.support.TableDefect;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.SpecimenResult;
import dev.trampette.verify.Verifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The command line: exit statuses, one line for every error, JSON on standard output alone.
class MainTest {

    @TempDir
    private Path directory;

    private String out;
    private String err;

    private int run(String... args) {
        Ran ran = Ran.of(args);
        out = ran.out();
        err = ran.err();
        return ran.status();
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
                .containsEntry("mask", "0x1c00").containsEntry("verified", "yes"));
        assertThat(wrappers).anySatisfy(wrapper -> assertThat(wrapper)
                .containsEntry("name", "memory_struct_tdg_vm_rd_version_1").containsEntry("number", "0x10007")
                .containsEntry("outputs", List.of("rdx", "r8")).containsEntry("mask", null));
        assertThat(wrappers).anySatisfy(wrapper -> assertThat(wrapper).containsEntry("name", "trampoline_pconfig")
                .containsEntry("verified", "no"));
        assertThat(err).isEmpty();
    }

    @Test
    void list_has_all_there_is() {
        assertThat(run("list", "--format", "json")).isZero();

        assertThat(rows("instructions")).hasSizeGreaterThanOrEqualTo(8);
        assertThat(rows("fields")).hasSize(181);
        assertThat(Stream.of("tdvmcall", "tdg", "tdh", "seamldr").map(table -> rows("leaves").stream()
                .filter(leaf -> leaf.get("table").equals(table)).map(leaf -> leaf.get("name")).distinct().count()))
                .containsExactly(21L, 32L, 87L, 5L);
    }

    /// Each leaf is in every design; where it is in none, the reason is there, or its table is a further one.
    @Test
    void list_says_why_a_leaf_has_no_wrapper() {
        assertThat(run("list", "leaves", "--format", "json")).isZero();

        assertThat(rows("leaves")).allSatisfy(leaf -> {
            if (leaf.get("unwrapped") == null) {
                assertThat((List<?>) leaf.get("designs"))
                        .hasSize(LeafTable.FURTHER.contains((String) leaf.get("table")) ? 0 : 4);
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "callee-saved     | callee-saved: rule             | cpuid_changes_rbx: callee-saved: rbx, outcome=return",
        "callee-saved     | callee-saved: rule             | REPAIRED push rbx",
        "direction-flag   | direction-flag: rule           | string_direction: direction-flag: rflags.df",
        "lost_rbx         | lost_rbx: specimen             | lost_rbx: callee-saved: rbx",
        "trampoline_cpuid | trampoline_cpuid: call site    | tdvmcall_trampoline, which takes 37 bytes once",
        "trampoline_cpuid | trampoline_cpuid: call site    | call    tdvmcall_trampoline",
        "trampoline_cpuid | trampoline_cpuid: call site    | 64 bytes, 24 instructions",
        "trampoline_cpuid | trampoline_cpuid: call site    | r12  = leaf",
        "trampoline_cpuid | trampoline_cpuid: call site    | pointer to 4 words that are written",
        "inline_rdmsr     | inline_rdmsr: call site        | pointer to 1 word that is written",
        "vmread_error_trampoline | vmread_error_trampoline | arguments on the stack",
        "tdcall           | TDCALL: instruction            | 66 0F 01 CC",
        "INVVPID          | INVVPID: instruction           | 66 0F 38 81 /r"
    })
    void describe_explains_rules_wrappers_and_instructions(String what, String title, String detail) {
        assertThat(run("describe", what)).isZero();

        assertThat(out).contains(title.strip()).contains(detail);
    }

    /// The example of a rule breaks it, here and now.
    @ParameterizedTest
    @EnumSource
    void a_rule_is_shown_with_its_finding(Rule rule) {
        assertThat(run("describe", rule.label(), "--format", "json")).isZero();

        assertThat(out).contains(rule.isOfStatements() ? RuleText.of(rule).example().replace("\"", "\\\"")
                : RuleText.of(rule).example() + ": " + rule + ": ");
    }

    @Test
    void describe_has_a_disassembly_only_where_objdump_is() throws Exception {
        assertThat(Lab.shell("PATH=/nonexistent \"$@\"", List.of(), "describe", "trampoline_cpuid"))
                .contains("code        not shown: objdump is not installed (binutils)");
    }

    @Test
    void every_instruction_of_a_wrapper_is_shown() {
        Image.hardware().contracts().forEach(contract -> assertThat(Instructions.listing(contract.symbol()))
                .hasValueSatisfying(lines -> assertThat(lines).noneMatch(line -> line.contains("0x7f"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "describe trampolin_cpuid          | trampoline_cpuid",
        "describe calee-saved              | callee-saved",
        "describe MapGAP                   | MapGPA",
        "verify inline_rdmsrs              | inline_rdmsr",
        "verify --specimens lost_rbc       | lost_rbx",
        "size memory_struct_cpuidd         | memory_struct_cpuid"
    })
    void an_unknown_name_is_answered_with_a_near_one(String commandLine, String near) {
        assertThat(run(commandLine.strip().split(" "))).isEqualTo(2);

        assertThat(err.lines()).singleElement().asString().contains("did you mean ").contains(near);
    }

    @Test
    void a_row_brings_what_it_is_compared_with() {
        assertThat(BenchCommand.select("loop/TDCALL/4-outputs/throughput/per-leaf", false)).singleElement()
                .extracting(Panel::labels).asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly("inline", "trampoline", "per-leaf", "memory-struct");
        assertThat(BenchCommand.select("", false)).noneMatch(panel -> panel.layer() == Layer.LEAF);
    }

    @ParameterizedTest
    @CsvSource({"^leaf/TDCALL/tdg_vp_info/,false", "leaf/TDCALL/tdg_vp_info/,false", "tdg_vp_info/,true"})
    void benchmarks_of_leaves_run_when_they_are_asked_for(String include, boolean leaves) {
        assertThat(BenchCommand.select(include, leaves)).extracting(Panel::name)
                .containsExactly("leaf/TDCALL/tdg_vp_info/throughput");
    }

    @Test
    void list_alone_is_a_screen() {
        assertThat(run("list")).isZero();

        assertThat(out.lines().count()).isLessThanOrEqualTo(24);
        assertThat(out).contains("benchmarks", "specimens", "rules", "./trampette list WHAT");
    }

    @Test
    void list_has_benchmarks_specimens_and_rules() {
        assertThat(run("list", "benchmarks", "--format", "json")).isZero();
        assertThat(rows("benchmarks")).extracting(row -> row.get("name"))
                .contains("loop/TDCALL/4-outputs/throughput/per-leaf", "leaf/TDCALL/rdmsr/throughput/inline");
        assertThat(run("list", "specimens", "--format", "json")).isZero();
        assertThat(rows("specimens")).hasSameSizeAs(SpecimenResult.all());
        assertThat(run("list", "rules", "--format", "json")).isZero();
        assertThat(rows("rules")).hasSameSizeAs(Rule.values());
    }

    @Test
    void size_is_of_what_is_named() {
        assertThat(run("size", "trampoline_cpuid", "TDG.VP.INFO", "--format", "json")).isZero();

        assertThat(rows("callSites")).extracting(row -> row.get("name")).containsExactly("trampoline_cpuid",
                "inline_tdg_vp_info", "memory_struct_tdg_vp_info", "per_leaf_tdg_vp_info", "trampoline_tdg_vp_info");
        assertThat(rows("totals")).isEmpty();
    }

    @Test
    void one_is_one_and_shows_no_progress() throws Exception {
        assertThat(Lab.run("verify", "inline_rdmsr", "--seed", "1"))
                .contains("1 wrapper, ").contains("calls: holds (seed 1)").doesNotContain("verifying");
    }

    /// With every width, and in a file.
    @ParameterizedTest
    @ValueSource(strings = {"list", "list instructions", "list leaves", "list wrappers", "list fields",
        "list statuses", "list rules", "list specimens", "list benchmarks", "size", "size *_cpuid", "doctor",
        "describe callee-saved", "describe trampoline_cpuid", "describe memory_struct_tdh_vp_enter", "describe TDCALL",
        "describe MapGPA", "describe 0xC000010000000001", "verify *_rdmsr", "verify --specimens null_*", "--help",
        "verify --help", "bench --help", "list --help", "describe --help", "size --help", "generate --help",
        "report --help"})
    void no_line_is_longer_than_the_screen(String commandLine) {
        for (int columns : new int[] {60, 80, 100, 120}) {
            System.setProperty(Screen.PROPERTY, String.valueOf(columns));
            try {
                assertThat(run(commandLine.split(" "))).isZero();
            } finally {
                System.clearProperty(Screen.PROPERTY);
            }
            assertThat(out.lines()).as("%s in %d columns", commandLine, columns)
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        }
    }

    @ParameterizedTest
    @CsvSource({"80,80", "132,132", "10,40", "wide,100", "0,100", "-5,100", "99999999999,100", ",100"})
    void the_screen_is_as_wide_as_it_says(String text, int columns) {
        assertThat(Screen.columns(text)).isEqualTo(columns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "list --format json", "size --format markdown", "doctor", "describe TDCALL",
        "verify inline_hlt", "--help", "--version"})
    void output_that_cannot_be_written_is_one_line_and_status_3(String commandLine) {
        assertThat(run(new Output(full(), false), commandLine)).isEqualTo(3);
        assertThat(err.lines()).singleElement().asString()
                .isEqualTo("trampette: cannot write to standard output: No space left on device");

        assertThat(run(new Output(full(), true), commandLine)).as("a reader that has left").isZero();
        assertThat(err).isEmpty();
    }

    private static OutputStream full() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
    }

    private int run(Output output, String commandLine) {
        var errors = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setErr(new PrintStream(errors, true));
        try {
            return Main.run(output, commandLine.split(" "));
        } finally {
            System.setOut(out);
            System.setErr(err);
            this.err = errors.toString();
        }
    }

    /// The same with a real device and a real pipe.
    @Test
    void a_full_device_is_told_from_a_reader_that_leaves() throws Exception {
        assertThat(Lab.shell("\"$@\" > /dev/full; echo $?", List.of(), "list", "wrappers").lines())
                .containsExactly("trampette: cannot write to standard output: No space left on device", "3");
        assertThat(Lab.shell("\"$@\" | head -1; echo ${PIPESTATUS[0]}", List.of(), "list", "wrappers",
                "--format", "json").lines()).containsExactly("{", "0");
    }

    @ParameterizedTest
    @CsvSource({"NONE,false,3", "XMM,true,2", "YMM,true,1", "ZMM,false,1", "ZMM,true,0"})
    void doctor_says_what_is_not_looked_at(Vectors vectors, boolean tellsDirty, int lines) {
        assertThat(DoctorCommand.unseen(vectors, tellsDirty)).hasSize(lines);
        assertThat(run("doctor")).isZero();
        assertThat(out).contains("not looked at");
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
            assertThat(out).containsPattern("lost_rbx: callee-saved: rbx, outcome=success,[-,a-z]+, expected 0x")
                    .contains("(the caller's rbx)");
        });
    }

    /// The random values of a wrapper are its own, and so the order in which threads take them does not matter.
    @Test
    void verify_says_the_same_on_any_number_of_threads() {
        Verifier verifier = new Verifier(Image.shim(), 7, Verifier.ITERATIONS);
        List<Verdict> verdicts = verifier.wrappers().stream()
                .filter(contract -> contract.symbol().startsWith("inline_tdg_")).map(verifier::verify).toList();

        assertThat(run("verify", "--seed", "7", "--format", "json", "inline_tdg_*")).isEqualTo(Main.HOLDS);
        assertThat(rows("wrappers")).hasSizeGreaterThan(20).isEqualTo(Json.read(Json.text(
                new VerificationReport(verdicts, 7, 0).json())).get("wrappers"));
    }

    /// The same with findings, whose addresses are those of the run.
    @Test
    void findings_are_the_same_on_any_number_of_threads() {
        List<SpecimenResult> results = SpecimenResult.all().stream()
                .filter(contract -> contract.symbol().startsWith("enter_") || contract.symbol().startsWith("mask_"))
                .map(contract -> SpecimenResult.of(contract, 7, Verifier.ITERATIONS)).toList();

        assertThat(run("verify", "--specimens", "--seed", "7", "--format", "json", "enter_*", "mask_*"))
                .isEqualTo(Main.HOLDS);
        assertThat(rows("specimens")).hasSizeGreaterThan(5).extracting(row -> row.get("name"), MainTest::findings)
                .containsExactlyElementsOf(results.stream().map(result -> tuple(
                        result.specimen().contract().symbol(), result.specimen().findings().stream().map(finding ->
                                finding.rule() + " " + finding.where() + " " + finding.outcomes()).toList())).toList());
    }

    private static List<String> findings(Map<String, Object> specimen) {
        return ((List<?>) specimen.get("findings")).stream().map(finding -> (Map<?, ?>) finding).map(finding ->
                finding.get("rule") + " " + finding.get("register") + " " + finding.get("outcomes")).toList();
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

    /// The line in the head of a source assembles it, as it stands there and in the folder of the source.
    @ParameterizedTest
    @ValueSource(strings = {"inline", "trampoline", "per-leaf", "memory-struct"})
    void the_assemble_line_of_a_source_works(String design) throws Exception {
        Path folder = directory.resolve("a folder");
        Path table = Path.of("src/main/resources/dev/trampette/spec/tdg.yaml");
        assertThat(run("generate", "--design", design, "--table", table.toString(), "--out", folder.toString()))
                .isZero();

        assemble(folder.resolve(design + "-tdg.asm"), design + "-tdg.o");
    }

    @Test
    void the_assemble_line_of_a_source_of_the_build_works() throws Exception {
        Path source = Path.of("target/generated-asm/tdx/per-leaf-tdvmcall.asm");

        assemble(source, "per-leaf-tdvmcall.o");
        Files.delete(source.resolveSibling("per-leaf-tdvmcall.o"));
    }

    private static void assemble(Path source, String object) throws Exception {
        String line = Files.readAllLines(source).stream().filter(text -> text.startsWith("; nasm ")).findFirst()
                .orElseThrow().substring(2);
        Process nasm = new ProcessBuilder("bash", "-c", line).directory(source.getParent().toFile())
                .redirectErrorStream(true).start();
        assertThat(new String(nasm.getInputStream().readAllBytes())).isEmpty();
        assertThat(nasm.waitFor()).isZero();
        assertThat(source.resolveSibling(object)).isNotEmptyFile();
    }

    private static final String MINE = "family: tdg\nleaves:\n  - name: TDG.MINE\n    number: 99\n    in:\n"
            + "      rcx: {name: what}\n";

    @Test
    void verify_takes_a_table_of_the_users() throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), MINE);

        assertThat(run("verify", "--table", table.toString(), "--format", "json")).isZero();
        assertThat(rows("wrappers")).extracting(wrapper -> wrapper.get("name")).containsExactlyInAnyOrder(
                "inline_tdg_mine", "trampoline_tdg_mine", "per_leaf_tdg_mine", "memory_struct_tdg_mine", "tdg_mine");
        assertThat(rows("wrappers")).allSatisfy(wrapper -> assertThat(wrapper).containsEntry("verdict", "holds"));

        assertThat(run("verify", "--table", table.toString(), "inline_*", "--seed", "1")).isZero();
        assertThat(out).contains("1 wrapper, ");
    }

    @Test
    void nothing_is_left_of_a_table_that_was_verified() throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), MINE);
        Path temporary = Files.createDirectory(directory.resolve("tmp"));

        assertThat(Lab.shell("\"$@\"", List.of("-Djava.io.tmpdir=" + temporary), "verify", "--table",
                table.toString())).contains("5 wrappers");
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void a_table_without_nasm_is_one_line_and_status_3() throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), MINE);

        assertThat(Lab.shell("PATH=/nonexistent \"$@\"; echo $?", List.of(), "verify", "--table",
                table.toString()).lines()).containsExactly(
                        "trampette: nasm is not installed, and verify --table needs it; ./trampette doctor", "3");
    }

    @ParameterizedTest
    @FieldSource("dev.trampette.support.TableDefect#ALL")
    void a_table_with_an_error_is_not_verified(TableDefect defect) throws Exception {
        Path table = Files.writeString(directory.resolve("mine.yaml"), defect.text());

        assertThat(run("verify", "--table", table.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString()
                .startsWith("trampette: %s:%s".formatted(table, defect.message()));
        assertThat(out).isEmpty();
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
        "bench --include nosuch", "verify --table /nonexistent", "verify --specimens --table pom.xml",
        "verify --table pom.xml", "size nosuch", "bench --include 4-outputs --vs /nonexistent",
        "bench --include 4-outputs --vs src", "bench --include 4-outputs --vs pom.xml",
        "report --merge /nonexistent", "report --margin 2", "bench --margin 0",
        "report --out /proc/nowhere",
        "report --seed x", "test", "describe", "describe nonsense", "describe 0xzz", "list nonsense", "verify nosuch",
        "verify --iterations 0", "verify --seed x", "generate", "generate --design x --table pom.xml",
        "generate --design inline --table /nonexistent", "generate --design inline --table pom.xml", "verify tramp[*"})
    void bad_input_is_one_line_and_status_2(String commandLine) {
        assertThat(run(commandLine.isEmpty() ? new String[0] : commandLine.split(" "))).isEqualTo(2);

        assertThat(err.lines()).singleElement().asString().startsWith("trampette: ");
        assertThat(out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rows\": [{\"name\": 1}]}", "[", "{\"kind\": \"trampette-report\"}"})
    void an_earlier_result_must_be_one(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("earlier.json"), text);

        assertThat(run("bench", "--include", "4-outputs", "--vs", file.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("--vs=" + file);
        assertThat(run("report", "--merge", file.toString())).isEqualTo(2);
    }

    @Test
    void an_earlier_result_must_have_something_to_compare() throws Exception {
        Path file = Files.writeString(directory.resolve("earlier.json"), Json.text(Json.object(
                "host", Host.here().json(), "rows", List.of(Json.object("name", "loop/x", "state", "quiet")))));

        assertThat(run("bench", "--include", "4-outputs", "--vs", file.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("nothing to compare");
    }

    @Test
    void a_result_of_another_host_is_not_compared() throws Exception {
        Path file = Files.writeString(directory.resolve("earlier.json"), Json.text(Json.object(
                "host", Json.object("cpu", "Another", "family", "1", "model", "2", "stepping", "3"),
                "rows", List.of(Json.object("name", "loop/x", "state", "quiet")))));

        assertThat(run("bench", "--include", "4-outputs", "--vs", file.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString()
                .contains("another host (Another, family 1, model 2, stepping 3)").contains("--force");
    }

    @Test
    void hosts_are_shown_side_by_side() throws Exception {
        Path here = Files.writeString(directory.resolve("here.json"), report("A", "0.51"));
        Path there = Files.writeString(directory.resolve("there.json"), report("B", "0.36"));

        assertThat(run("report", "--merge", here.toString(), there.toString())).isZero();
        assertThat(out).contains("0.510 cheaper", "0.360 cheaper", "x struct, A, family 1");
        assertThat(run("report", "--merge", here.toString(), here.toString())).isEqualTo(2);
        assertThat(err.lines()).singleElement().asString().contains("two reports of one kind of host (A, family 1");
    }

    private static String report(String cpu, String ratio) {
        return """
                {"kind": "trampette-report", "host": {"cpu": "%s", "family": "1", "model": "2", "stepping": "3"},
                 "rows": [{"layer": "loop", "instruction": "TDCALL", "shape": "4 outputs", "state": "quiet",
                           "mode": "throughput", "design": "trampoline", "ratio": %s, "verdict": "cheaper"}]}
                """.formatted(cpu, ratio);
    }

    @Test
    void help_is_no_error() {
        assertThat(run("--help")).isZero();
        assertThat(run("report", "--help")).isZero();
        assertThat(out).contains("--quick");
    }
}
