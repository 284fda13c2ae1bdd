package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.support.Sample;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Wrappers of every design on every outcome, a fifth of each kind in a run; and the tester against its specimens and
/// their twins, always all of them.
class VerifierTest {

    /// Replay a failure with -Dtrampette.seed=N.
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    private static final int ONE_IN = 5;
    private static final int ONE_TWICE_IN = 15;

    private final Verifier shipped = new Verifier(Image.shim(), SEED, Verifier.ITERATIONS);

    @ParameterizedTest
    @MethodSource
    void a_wrapper_holds_on_every_outcome(Contract wrapper) {
        Verdict verdict = shipped.verify(wrapper);

        assertThat(verdict.findings()).as("seed " + SEED).isEmpty();
        assertThat(verdict.coverage().orElseThrow().missed()).as("not reached, seed " + SEED).isEmpty();
    }

    static List<Contract> a_wrapper_holds_on_every_outcome() {
        return Sample.ofEach(contract -> contract.design() + contract.role() + contract.mnemonic(), ONE_IN,
                Image.shim().contracts(), SEED);
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void every_specimen_is_found_by_the_rule_it_breaks_and_its_twin_holds(Contract specimen) {
        SpecimenResult.lacks(specimen).ifPresent(reason -> assumeTrue(false, reason));
        SpecimenResult result = SpecimenResult.of(specimen, SEED, Verifier.ITERATIONS);

        assertThat(result.isFound()).as("%s, found: %s, seed %d", specimen.specimen().orElseThrow(), result.specimen(),
                SEED).isTrue();
        assertThat(result.isBlameRight()).as("%s, blamed: %s, seed %d", specimen.specimen().orElseThrow(),
                result.blamed(), SEED).isTrue();
        assertThat(result.twin().findings()).as("seed " + SEED).isEmpty();
    }

    static List<Contract> specimens() {
        return SpecimenResult.all();
    }

    static List<Contract> someSpecimens() {
        return Sample.oneIn(ONE_TWICE_IN, specimens(), SEED);
    }

    @Test
    void there_is_a_specimen_for_every_rule_and_every_class() {
        assertThat(specimens()).extracting(specimen -> specimen.specimen().orElseThrow().breaks()).containsAll(
                Stream.of(Rule.values()).filter(rule -> !rule.isOfStatements()).map(Rule::label).toList());
        assertThat(specimens()).extracting(specimen -> specimen.specimen().orElseThrow().defect()).containsAll(
                IntStream.rangeClosed(1, 16).mapToObj(n -> "C" + n).toList());
        assertThat(specimens()).allSatisfy(specimen ->
                assertThat(specimen.specimen().orElseThrow().source()).isNotBlank());
        assertThat(specimens()).extracting(specimen -> Rule.labelled(specimen.specimen().orElseThrow().breaks()))
                .doesNotContainNull().allMatch(Optional::isPresent);
    }

    @Test
    void an_operand_may_be_on_the_stack() {
        Image fixtures = Image.named("specimens");

        assertThat(new Verifier(fixtures, SEED, Verifier.ITERATIONS)
                .verify(fixtures.symbol("vmread_to_stack").contract()).findings()).isEmpty();
    }

    /// Addresses are not from the seed; everything else is.
    @ParameterizedTest
    @MethodSource("someSpecimens")
    void the_same_seed_gives_the_same_findings(Contract specimen) {
        if (specimen.specimen().orElseThrow().breaks().equals(Rule.HANG.label())) {
            return;
        }
        Verifier verifier = new Verifier(Image.named("specimens"), SEED, Verifier.ITERATIONS);

        assertThat(lines(verifier.verify(specimen))).isEqualTo(lines(verifier.verify(specimen)));
    }

    private static Verdict specimen(String symbol) {
        Image specimens = Image.named("specimens");
        return new Verifier(specimens, SEED, Verifier.ITERATIONS).verify(specimens.symbol(symbol).contract());
    }

    /// A batch that crashes ends with arguments of its own at the instruction; they are no findings.
    @ParameterizedTest
    @CsvSource({"frame_not_ended, stack-balance", "crash_hides, selector crash"})
    void nothing_stale_is_found_beside_a_crash(String symbol, String rules) {
        assertThat(specimen(symbol).findings()).as("seed " + SEED).extracting(finding -> finding.rule().label())
                .containsExactly(rules.split(" "));
    }

    /// The mask ruins most registers: the mask is said first, and everything once, on all outcomes that show it.
    @Test
    void a_broken_exposure_is_a_screenful() {
        List<Finding> findings = specimen("mask_ffec").findings();

        assertThat(findings.getFirst().rule()).isEqualTo(Rule.EXPOSURE);
        assertThat(findings.getFirst().outcomes()).containsExactly("success", "retry", "invalid-operand",
                "random-status", "low-status", "high-status");
        assertThat(findings).extracting(finding -> finding.rule() + " " + finding.where()).doesNotHaveDuplicates();
        assertThat(findings).extracting(Finding::outcomes).allSatisfy(outcomes ->
                assertThat(outcomes).doesNotHaveDuplicates());
        assertThat(findings.stream().flatMap(finding -> finding.toString().lines()).count()).isBetween(10L, 40L);
    }

    private static List<String> lines(Verdict verdict) {
        return verdict.findings().stream().map(Finding::line).toList();
    }
}
