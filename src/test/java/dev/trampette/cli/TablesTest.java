package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.LeafTable;
import dev.trampette.support.Lab;
import dev.trampette.support.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Tables beside those of the images: the further ones, and those of a coming module.
class TablesTest {

    private static final Path TDH = Path.of("src/main/resources/dev/trampette/spec/tdh.yaml");

    @TempDir
    private Path directory;

    /// Two of four in a run.
    @ParameterizedTest
    @MethodSource("someTables")
    void a_further_table_has_wrappers_that_hold(String name) throws Exception {
        long leaves = LeafTable.named(name).wrapped().count();

        assertThat(Ran.of("verify", "--table", name, "--iterations", "2").out())
                .contains("%d wrappers".formatted(5 * leaves)).contains("all hold");
    }

    static List<String> someTables() {
        return Sample.oneIn(2, LeafTable.FURTHER, System.nanoTime());
    }

    @Test
    void both_generations_of_a_name_are_described() throws Exception {
        assertThat(Lab.run("describe", "TDH.SPDM.CREATE")).contains("r8   page - free page")
                .contains("rcx  spdm_id - session, on success").contains("verify --table connect-2.0-tdh makes them")
                .contains("verify --table connect-2026-tdh makes them").contains("verified    one source");
    }

    /// The old table is the shipped one, the new one has one line less, more or other.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "r8: {name: event_filters   | r9: {name: event_filters   | 4 shipped wrappers break"
                + " | in r9 event_filters is new",
        "r8: {name: event_filters   | r8: {name: filters         | no shipped wrapper breaks"
                + " | in r8: filters, was event_filters",
        "name: TDH.MNG.INIT         | name: TDH.MNG.INIT.NEW     | 1 added, 1 removed, 0 changed: 4 shipped wrappers"
                + " | breaks inline_tdh_mng_init",
        "name: TDH.MEM.TRACK        | name: TDH.MEM.TRACK        | 0 added, 0 removed, 0 changed: no shipped |",
        "number: 21                 | number: 221                | 4 shipped wrappers break | number: 0xdd, was 0x15",
        "rcx: {name: ext_err, text: | rdx: {name: ext_err, text: | 4 shipped wrappers break | out rcx ext_err is gone",
        "name: ext_err, text:       | kept: true, name: ext_err, text: | no shipped wrapper | out rcx kept: true, was"
    })
    void a_newer_table_breaks_what_it_changes(String old, String changed, String summary, String line)
            throws Exception {
        String text = Files.readString(TDH);
        Path newer = Files.writeString(directory.resolve("newer.yaml"), text.replace(old, changed));

        String report = diff("tdh", newer.toString(), summary.contains("shipped wrappers") ? 1 : 0);

        assertThat(report).contains(summary);
        if (line != null) {
            assertThat(report).contains(line);
        }
    }

    /// A dispatcher that refuses writes RAX alone: what the wrapper then stores went in, or is 0.
    @ParameterizedTest
    @CsvSource({"error, true", "refused, false"})
    void a_refusal_is_an_outcome_of_its_own(String outcome, boolean isWritten) {
        String trace = Ran.of("trace", "inline_tdh_mng_rd_version_1", "--outcome", outcome, "--seed", "1").out()
                .replaceAll("\\s+", " ");

        assertThat(trace).contains("mov QWORD PTR [rdi],rdx");
        assertThat(trace.contains("the TDX module's rdx")).isEqualTo(isWritten);
        assertThat(trace.contains("the TDX module's r8")).isEqualTo(isWritten);
    }

    @Test
    void a_table_that_is_not_there_is_one_line() {
        assertThat(message("describe", "--diff", "tdh", "nothing.yaml"))
                .isEqualTo("cannot read the file nothing.yaml, and no shipped table is called so: tdvmcall tdg "
                        + "tdh seamldr connect-2.0-tdh connect-2.0-tdg connect-2026-tdh connect-2026-tdg");
        assertThat(message("describe", "--diff", "tdh"))
                .isEqualTo("two tables are compared, --diff OLD NEW: tdh");
        assertThat(message("describe", "--diff", "tdh", "tdg")).startsWith("tables of two families: tdh is of tdh");
    }

    private static String diff(String before, String after, int status) {
        Ran ran = Ran.of("describe", "--diff", before, after);
        assertThat(ran.status()).as(ran.err()).isEqualTo(status);
        return ran.out();
    }

    private static String message(String... words) {
        Ran ran = Ran.of(words);
        assertThat(ran.status()).isEqualTo(2);
        return ran.err().strip().replace("trampette: ", "");
    }
}
