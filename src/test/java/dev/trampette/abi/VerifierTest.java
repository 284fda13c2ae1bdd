package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every wrapper of every design against the shim, register by register; and the tester against its specimens.
class VerifierTest {

    private static final int ITERATIONS = 200;

    /// Replay a failure with -Dtrampette.seed=N.
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    private final Verifier shipped = new Verifier(Image.shim(), SEED, ITERATIONS);
    private final Verifier specimens = new Verifier(Image.named("specimens"), SEED, ITERATIONS);

    @ParameterizedTest
    @MethodSource
    void every_wrapper_holds_on_every_outcome(Contract wrapper) {
        assertThat(shipped.verify(wrapper).findings()).as("seed " + SEED).isEmpty();
    }

    static List<Contract> every_wrapper_holds_on_every_outcome() {
        return new Verifier(Image.shim(), SEED, 1).wrappers();
    }

    @ParameterizedTest
    @MethodSource
    void every_specimen_is_found_by_the_rule_it_breaks(Contract specimen) {
        assertThat(specimens.verify(specimen).findings()).as("seed " + SEED)
                .extracting(finding -> finding.rule().label())
                .contains(specimen.specimen().orElseThrow().breaks());
    }

    static List<Contract> every_specimen_is_found_by_the_rule_it_breaks() {
        return new Verifier(Image.named("specimens"), SEED, 1).wrappers();
    }

    @ParameterizedTest
    @MethodSource("every_specimen_is_found_by_the_rule_it_breaks")
    void the_same_seed_gives_the_same_findings(Contract specimen) {
        assertThat(withoutAddresses(specimens.verify(specimen)))
                .isEqualTo(withoutAddresses(new Verifier(Image.named("specimens"), SEED, ITERATIONS).verify(specimen)));
    }

    /// RSP is not from the seed.
    private static List<String> withoutAddresses(Verdict verdict) {
        return verdict.findings().stream()
                .filter(finding -> finding.rule() != Rule.STACK_BALANCE)
                .map(Finding::toString)
                .toList();
    }
}
