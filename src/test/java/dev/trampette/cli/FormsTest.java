package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import dev.trampette.support.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Wrappers in the forms in which others write them, without a contract. The name of each says what is found: a rule,
/// or that it holds.
class FormsTest {

    private static final String HOLDS = "holds";
    /// The seed that a run is repeated with.
    private static final String SEED = System.getProperty("trampette.seed", String.valueOf(System.nanoTime()));

    @TempDir
    private Path directory;

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/forms"))) {
            return files.sorted().toList();
        }
    }

    private static String convention(Path file) {
        return file.toString().contains("ms-x64") ? "ms-x64" : "sysv";
    }

    /// The rules that each routine breaks.
    private static Map<String, List<String>> verify(Path file, String... more) {
        Ran ran = Ran.of(Stream.concat(Stream.of("verify", file.toString(), "--convention", convention(file),
                "--format", "json", "--iterations", "8", "--seed", SEED), Stream.of(more)).toArray(String[]::new));
        Map<String, List<String>> rules = new TreeMap<>();
        for (Object one : (List<?>) Json.read(ran.out()).get("routines")) {
            Map<?, ?> routine = (Map<?, ?>) one;
            String verdict = (String) routine.get("verdict");
            rules.put((String) routine.get("name"), verdict.equals("broken")
                    ? ((List<?>) routine.get("findings")).stream().map(finding -> (String) ((Map<?, ?>) finding)
                            .get("rule")).distinct().toList()
                    : List.of(verdict.replace(' ', '-')));
        }
        return rules;
    }

    private static String expected(String name) {
        return name.substring(0, name.indexOf("__")).replace('_', '-');
    }

    @ParameterizedTest
    @MethodSource("files")
    void what_is_found_without_a_contract(Path file) {
        Map<String, List<String>> found = verify(file);

        assertThat(found).isNotEmpty().allSatisfy((name, rules) -> {
            if (expected(name).equals(HOLDS)) {
                assertThat(rules).as("%s, seed %s", name, SEED).containsExactly(HOLDS);
            } else {
                assertThat(rules).as("%s, seed %s", name, SEED).contains(expected(name));
            }
        });
    }

    static List<Path> someFiles() throws IOException {
        return Sample.oneIn(2, files(), Long.parseLong(SEED));
    }

    /// What `describe` prints is a contract, and by it the same holds. A half of the files in a run.
    @ParameterizedTest
    @MethodSource("someFiles")
    void what_is_described_is_a_contract(Path file) throws IOException {
        Ran described = Ran.of("describe", file.toString(), "--convention", convention(file), "--seed", SEED);
        Path contracts = Files.writeString(directory.resolve("learnt.contract"), described.out());

        Map<String, List<String>> found = verify(file, "--contract", contracts.toString());

        assertThat(found).isNotEmpty().allSatisfy((name, rules) -> {
            if (expected(name).equals(HOLDS)) {
                assertThat(rules).as("%s, seed %s%n%s", name, SEED, described.out()).containsExactly(HOLDS);
            } else {
                assertThat(rules).as("%s, seed %s%n%s", name, SEED, described.out()).doesNotContain(HOLDS);
            }
        });
    }

    @Test
    void what_is_kept_where_a_leaf_writes_is_said() {
        assertThat(Ran.of("describe", "src/test/forms/tdx.S:holds__tdcall_pointer_kept").out().lines())
                .contains("# taken for granted: the leaf does not write rsi, in which something is kept; "
                        + "TDG.VP.ENTER does");
    }
}
