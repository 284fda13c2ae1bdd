package dev.trampette.verify.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Mixtures of outcomes are by design, not by luck.
class VmxSequenceTest {

    private static final int OUTCOMES = VmxOutcome.values().length;

    /// The places of neighbours among eight instructions.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void every_pair_of_outcomes_stands_at_every_place(int place) {
        assertThat(VmxSequence.all(true, true)).extracting(sequence ->
                List.of(sequence.at(place), sequence.at(place + 1))).doesNotHaveDuplicates()
                .hasSize(OUTCOMES * OUTCOMES);
    }

    @Test
    void one_instruction_has_one_outcome() {
        assertThat(VmxSequence.all(false, true)).extracting(sequence -> sequence.at(0))
                .containsExactly(VmxOutcome.values());
    }

    @Test
    void instructions_that_do_not_fault_all_do_the_same() {
        assertThat(VmxSequence.all(true, false)).extracting(VmxSequence::toString)
                .containsExactly("success", "vmfail-invalid", "vmfail-valid");
    }

    @Test
    void names_differ_and_tell_what_all_do() {
        assertThat(VmxSequence.all(true, true)).extracting(VmxSequence::toString).doesNotHaveDuplicates()
                .contains("success", "vmfail-invalid", "mixed-ud-success");
        assertThat(VmxSequence.all(true, true)).filteredOn(VmxSequence::isFault).extracting(VmxSequence::toString)
                .containsExactlyInAnyOrderElementsOf(Stream.of(VmxOutcome.UD, VmxOutcome.GP)
                        .map(VmxOutcome::toString).toList());
    }
}
