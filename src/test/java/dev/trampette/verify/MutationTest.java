package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Mutant;
import dev.trampette.support.Mutants;
import dev.trampette.support.MutationRun;
import dev.trampette.support.Sample;
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
    private static final int ONE_IN = 3;

    /// A third of the choice in a run, and it does not matter which: a mutant has the same cases in each.
    @Test
    void what_survives_is_listed_with_the_reason() throws IOException, InterruptedException {
        List<Mutant> choice = Mutants.of("");
        List<Mutant> mutants = Sample.oneIn(ONE_IN, choice, Long.getLong("trampette.seed", System.nanoTime()));
        List<String> listed = listed();

        List<String> survivors = MutationRun.survivors(mutants, SEED);

        assertThat(survivors).as("survive and are not listed").filteredOn(mutant -> !listed.contains(mutant)).isEmpty();
        assertThat(mutants.stream().map(Mutant::toString)).as("are listed and found now").filteredOn(mutant ->
                listed.contains(mutant) && !survivors.contains(mutant)).isEmpty();
        assertThat(choice.stream().map(Mutant::toString)).as("a choice that has what is listed").containsAll(listed);
    }

    /// All mutants of the routines that `-Dtrampette.mutants=NAME` names; `*` in a name stands for anything, and alone
    /// for 60,000 mutants and a quarter of an hour.
    @Test
    @EnabledIfSystemProperty(named = "trampette.mutants", matches = ".+")
    void all_mutants_of_some_routines() throws IOException, InterruptedException {
        MutationRun.survivors(Mutants.of(System.getProperty("trampette.mutants")), SEED).forEach(System.out::println);
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
