package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Image;
import dev.trampette.support.Mutant;
import dev.trampette.support.MutationRun;
import dev.trampette.support.Mutants;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The verifier against the shipped wrappers with one instruction changed: what it does not find is listed with the
/// reason, in `survivors.txt`.
class MutationTest {

    /// Not a random one: what is found by luck would be listed today and not tomorrow.
    private static final long SEED = Long.getLong("trampette.seed", 1);
    /// Of each design, role and kind: some 600 in all.
    private static final int OF_EACH = 5;

    private final MutationRun run = new MutationRun(SEED);

    @Test
    void what_survives_is_listed_with_the_reason() throws IOException {
        List<Mutant> mutants = Mutants.some(OF_EACH);
        List<byte[]> before = code();

        List<String> survivors = mutants.stream().filter(run::survives).map(Mutant::toString).toList();

        assertThat(mutants).hasSizeBetween(500, 700);
        assertThat(survivors).as("seed " + SEED).containsExactlyInAnyOrderElementsOf(listed());
        assertThat(code()).as("code that was changed is as it was").usingElementComparator(Arrays::compare)
                .isEqualTo(before);
    }

    /// All mutants of the routines that `-Dtrampette.mutants=NAME` names, with wildcards: `*` takes half an hour.
    @Test
    @EnabledIfSystemProperty(named = "trampette.mutants", matches = ".+")
    void all_mutants_of_some_routines() {
        List<Mutant> mutants = Mutants.of(System.getProperty("trampette.mutants"));

        List<Mutant> survivors = mutants.stream().filter(run::survives).toList();

        System.out.println(survivors.stream().map(Mutant::toString).collect(Collectors.joining("\n")));
        System.out.printf("%d mutants, %d killed, %d survive%n", mutants.size(), mutants.size() - survivors.size(),
                survivors.size());
        assertThat(mutants).isNotEmpty();
    }

    private static List<byte[]> code() {
        return Image.shim().contracts().stream().map(contract -> Mutants.code(contract.symbol())).toList();
    }

    /// `mutant | reason`; lines with # are for readers.
    private static List<String> listed() throws IOException {
        try (InputStream in = MutationTest.class.getResourceAsStream("/survivors.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| "))
                    .peek(parts -> assertThat(parts).as("a mutant and a reason").hasSize(2))
                    .map(parts -> parts[0]).toList();
        }
    }
}
