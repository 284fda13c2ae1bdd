package dev.trampette.verify.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.spec.Gpr;
import dev.trampette.verify.Verifier;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that random ones never are: each gets its turn, however many outcomes there are.
class FillingTest {

    private final Filling.Choice choice = Filling.choice(new Arguments(
            Contract.parse("symbol=f\narguments=a:u64 b:u8\nresult=u64"), _ -> 0, Arena.ofAuto()));

    @ParameterizedTest
    @ValueSource(ints = {9, 5, 1})
    void every_outcome_has_all_of_everything_and_all_outcomes_have_all_parts(int outcomes) {
        Set<Filling> parts = new HashSet<>();
        for (int outcome = 0; outcome < outcomes; outcome++) {
            List<Filling> tried = new ArrayList<>();
            for (int round = 0; round < Verifier.ITERATIONS; round++) {
                tried.addAll(choice.of(outcome, outcomes, round, Verifier.ITERATIONS));
            }
            assertThat(tried).filteredOn(filling -> filling.part() == Filling.Part.ALL)
                    .containsExactlyInAnyOrderElementsOf(choice.whole());
            parts.addAll(tried);
        }

        assertThat(parts).containsAll(choice.parts());
    }

    @Test
    void there_are_three_values_of_everything_and_of_every_part() {
        assertThat(choice.whole()).extracting(Filling::value).containsExactlyInAnyOrder(0L, 1L, -1L);
        assertThat(choice.parts()).extracting(Filling::part).contains(Filling.Part.REGISTER,
                Filling.Part.FLAGS, Filling.Part.STACK, Filling.Part.FRAME, Filling.Part.VECTORS);
        assertThat(choice.parts()).allSatisfy(part -> assertThat(choice.parts()).filteredOn(other ->
                other.part() == part.part() && other.register().equals(part.register())).hasSize(3));
    }

    @Test
    void what_has_a_name_is_not_filled() {
        assertThat(choice.parts()).flatExtracting(part -> part.register().stream().toList())
                .doesNotContain(Gpr.RSP, Gpr.RDI, Gpr.RSI)
                .containsAll(Stream.of(Gpr.values()).filter(register -> register != Gpr.RSP && register != Gpr.RDI
                        && register != Gpr.RSI).toList());
    }
}
