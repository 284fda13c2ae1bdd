package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Image;
import dev.trampette.verdict.Coverage;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the cases of a verdict reach.
class CoverageTest {

    /// Of a specimen's twin: a few calls are enough, for what is behind a number is looked for.
    private static Verdict twin(String name, long seed) {
        Image twins = Image.named("twins");
        return new Verifier(twins, seed, 2).verify(twins.file().contract(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"behind_magic_number", "behind_bit_37", "behind_two_halves", "behind_sum",
        "behind_buffer_byte", "behind_loaded_byte", "behind_length", "behind_stale_register", "behind_status",
        "behind_answer"})
    void a_number_that_is_compared_with_is_found(String name) {
        for (long seed = 1; seed <= 5; seed++) {
            Coverage coverage = twin(name, seed).coverage().orElseThrow();

            assertThat(coverage.missed()).as("%s, seed %d", name, seed).isEmpty();
            assertThat(coverage.executed()).isEqualTo(coverage.instructions()).isGreaterThan(3);
        }
    }

    /// Most texts are made of letters, and the branch wants a blank.
    @Test
    void a_character_that_is_compared_with_is_found() {
        Image specimens = Image.named("specimens");
        for (long seed = 1; seed <= 40; seed++) {
            Verdict verdict = new Verifier(specimens, seed, 2).verify(specimens.file().contract("blank_loses_rbx"));

            assertThat(verdict.findings()).as("seed %d", seed).extracting(Finding::rule).contains(Rule.CALLEE_SAVED);
        }
    }
}
