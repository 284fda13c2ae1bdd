package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.MutationRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The verifier against the shipped wrappers with one instruction changed. What it does not find is listed with the
/// reason.
class MutationTest {

    private static final Path SURVIVORS = Path.of("src/test/resources/survivors.txt");
    /// Not a random one: what is found by luck would be listed today and not tomorrow.
    private static final long SEED = Long.getLong("trampette.seed", 1);

    @Test
    void what_survives_is_listed_with_the_reason() throws IOException, InterruptedException {
        List<String> survivors = MutationRun.survivors("", SEED);
        List<String> listed = listed();

        assertThat(survivors).as("survive and are not listed").filteredOn(mutant -> !listed.contains(mutant)).isEmpty();
        assertThat(listed).as("are listed and found now").filteredOn(mutant -> !survivors.contains(mutant)).isEmpty();
    }

    /// All mutants of the routines that `-Dtrampette.mutants=NAME` names; `*` in a name stands for anything, and alone
    /// for 60,000 mutants and a quarter of an hour.
    @Test
    @EnabledIfSystemProperty(named = "trampette.mutants", matches = ".+")
    void all_mutants_of_some_routines() throws IOException, InterruptedException {
        MutationRun.survivors(System.getProperty("trampette.mutants"), SEED).forEach(System.out::println);
    }

    /// The mutants of `mutant | reason`; lines with # are for readers.
    private static List<String> listed() throws IOException {
        List<String[]> lines = Files.readAllLines(SURVIVORS).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> line.split(" \\| ", 2)).toList();
        assertThat(lines).allSatisfy(parts -> assertThat(parts).hasSize(2));
        return lines.stream().map(parts -> parts[0]).toList();
    }
}
