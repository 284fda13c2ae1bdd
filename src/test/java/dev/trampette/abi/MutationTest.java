package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Image;
import dev.trampette.support.Mutant;
import dev.trampette.support.MutationRun;
import dev.trampette.support.Mutants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The verifier against the shipped wrappers with one instruction changed. What it does not find is listed with the
/// reason.
class MutationTest {

    private static final Path SURVIVORS = Path.of("src/test/resources/survivors.txt");
    /// Not a random one: what is found by luck would be listed today and not tomorrow.
    private static final long SEED = Long.getLong("trampette.seed", 1);
    /// Of each design, role and kind: some 600 in all.
    private static final int OF_EACH = 5;

    private final MutationRun run = new MutationRun(SEED);

    @Test
    void what_survives_is_listed_with_the_reason() throws IOException {
        List<byte[]> code = code();
        List<Mutant> mutants = Mutants.some(OF_EACH);
        List<String> survivors = survivors(mutants);
        List<String> listed = listed();

        assertThat(mutants).hasSizeBetween(500, 700);
        assertThat(survivors).as("survive and are not listed").filteredOn(mutant -> !listed.contains(mutant)).isEmpty();
        assertThat(listed).as("are listed and found now").filteredOn(mutant -> !survivors.contains(mutant)).isEmpty();
        assertThat(code()).as("the code, afterwards").usingElementComparator(Arrays::compare).isEqualTo(code);
    }

    /// All mutants of the routines that `-Dtrampette.mutants=NAME` names; `*` in a name stands for anything, and alone
    /// for 60,000 mutants and half an hour.
    @Test
    @EnabledIfSystemProperty(named = "trampette.mutants", matches = ".+")
    void all_mutants_of_some_routines() {
        List<Mutant> mutants = Mutants.of(System.getProperty("trampette.mutants"));
        List<String> survivors = survivors(mutants);

        survivors.forEach(System.out::println);
        System.out.printf("%d mutants, %d found, %d survive%n", mutants.size(), mutants.size() - survivors.size(),
                survivors.size());
        assertThat(mutants).isNotEmpty();
    }

    private List<String> survivors(List<Mutant> mutants) {
        return mutants.stream().filter(run::survives).map(Mutant::toString).toList();
    }

    private static List<byte[]> code() {
        return Image.shim().contracts().stream().map(contract -> Mutants.code(contract.symbol())).toList();
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
