package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.report.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Asm statements of C: those that are right hold, whatever the compiler makes of them, and a comment before a wrong
/// one says what is found.
class AsmStatementsTest {

    private static final Path DIRECTORY = Path.of("src/test/c/asm");
    private static final Pattern EXPECTED = Pattern.compile("// ([a-z0-9-]+) \\| (.*)");
    private static final Pattern ASM = Pattern.compile("\\basm\\b(?! *\\(\"r\\d+\"\\) *=).*\\(\".*");
    private static final String SEED = System.getProperty("trampette.seed", String.valueOf(System.nanoTime()));

    /// What is found of each statement, a line for each finding; `holds` or why it was not run else.
    private static Map<String, List<String>> verify(String file, String... flags) {
        Ran ran = Ran.of(Stream.concat(Stream.of("verify", "--asm", DIRECTORY.resolve(file).toString(), "--format",
                "json", "--iterations", "8", "--seed", SEED, "--"), Stream.of(flags)).toArray(String[]::new));
        Map<String, List<String>> found = new TreeMap<>();
        for (Object one : (List<?>) Json.read(ran.out()).get("routines")) {
            Map<?, ?> row = (Map<?, ?>) one;
            List<?> findings = (List<?>) row.get("findings");
            found.put((String) row.get("name"), !findings.isEmpty() ? findings.stream().map(finding -> "%s | %s"
                    .formatted(((Map<?, ?>) finding).get("rule"), ((Map<?, ?>) finding).get("register"))).toList()
                    : List.of(row.get("refusal") == null ? "holds" : (String) row.get("refusal")));
        }
        return found;
    }

    /// What comments say is found, by the place of the statement behind them.
    private static Map<String, String> expected(String file) throws IOException {
        List<String> lines = Files.readAllLines(DIRECTORY.resolve(file));
        Map<String, String> expected = new TreeMap<>();
        for (int n = 0; n < lines.size(); n++) {
            Matcher comment = EXPECTED.matcher(lines.get(n));
            if (comment.matches()) {
                int at = n + 1;
                while (!ASM.matcher(lines.get(at)).find()) {
                    at++;
                }
                expected.put(file + ":" + (at + 1), comment.group(1) + " | " + comment.group(2));
            }
        }
        return expected;
    }

    @ParameterizedTest
    @CsvSource({"-O0, -mred-zone", "-O0, -mno-red-zone", "-O1, -mred-zone", "-O1, -mno-red-zone", "-O2, -mred-zone",
        "-O2, -mno-red-zone", "-O3, -mred-zone", "-O3, -mno-red-zone", "-Os, -mred-zone", "-Os, -mno-red-zone"})
    void statements_that_are_right_hold(String level, String zone) {
        Map<String, List<String>> found = verify("correct.c", level, zone);

        assertThat(found).hasSizeGreaterThan(40).allSatisfy((statement, findings) ->
                assertThat(findings).as("%s %s %s, seed %s", statement, level, zone, SEED).containsExactly("holds"));
    }

    @ParameterizedTest
    @CsvSource({"weakened.c, -O2", "weakened.c, -Os", "kinds.c, -mavx2"})
    void a_constraint_that_is_missing_is_found_and_named(String file, String flag) throws IOException {
        Map<String, List<String>> found = verify(file, flag);

        Map<String, String> expected = expected(file);
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        List<String> missed = new ArrayList<>();
        expected.forEach((statement, what) -> {
            String[] parts = what.split(" \\| ");
            if (found.get(statement).stream().noneMatch(one -> one.startsWith(parts[0]) && one.contains(parts[1]))) {
                missed.add("%s %s: %s".formatted(statement, what, found.get(statement)));
            }
        });
        assertThat(missed).as("seed %s", SEED).isEmpty();
    }

    @Test
    void what_is_mended_holds() {
        assertThat(verify("kinds.c", "-mavx2", "-mno-red-zone", "-DMENDED")).hasSize(5)
                .allSatisfy((statement, findings) -> assertThat(findings).as("%s, seed %s", statement, SEED)
                        .containsExactly("holds"));
    }
}
