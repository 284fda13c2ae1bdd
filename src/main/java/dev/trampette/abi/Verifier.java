package dev.trampette.abi;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.spec.Argument;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Holds the call sites of an image against their contracts: every wrapper, on every outcome.
///
/// Each case gives every register a random value of its own, so that no register can stand in for another; the same
/// seed gives the same cases.
public final class Verifier {

    private final Image image;
    private final long seed;
    private final int iterations;

    /// @param image the shim image, or one that was assembled like it
    /// @param seed where the random values start
    /// @param iterations how often each outcome is tried
    public Verifier(Image image, long seed, int iterations) {
        this.image = image;
        this.seed = seed;
        this.iterations = iterations;
    }

    /// The wrappers that can be verified: all call sites, in the order of the sources.
    public List<Contract> wrappers() {
        return image.callSites();
    }

    /// Run all cases of one wrapper.
    public Verdict verify(Contract contract) {
        RandomGenerator random = new SplittableRandom(seed ^ contract.symbol().hashCode());
        Map<String, Finding> findings = new LinkedHashMap<>();
        Consumer<Finding> sink = finding -> keep(findings, finding);
        try (Arena arena = Arena.ofConfined()) {
            long cases = switch (contract.instruction()) {
                case "VMREAD" -> contract.arguments().stream().anyMatch(Argument::isPointer)
                        ? vmx(contract, random, sink, arena)
                        : vmread(contract, random, sink, arena);
                case "VMWRITE", "VMCLEAR", "VMPTRLD", "INVEPT", "INVVPID" -> vmx(contract, random, sink, arena);
                default -> leaf(contract, random, sink, arena);
            };
            return new Verdict(contract, cases, new ArrayList<>(findings.values()));
        }
    }

    private long leaf(Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        LeafCheck check = new LeafCheck(image, contract, random, sink, arena);
        return each(check::answers, check::run);
    }

    private long vmread(Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        VmreadCheck check = new VmreadCheck(image, contract, random, sink, arena);
        return each(() -> List.of(VmxOutcome.values()), check::run);
    }

    private long vmx(Contract contract, RandomGenerator random, Consumer<Finding> sink, Arena arena) {
        VmxCheck check = new VmxCheck(image, contract, random, sink, arena);
        return each(() -> VmxOutcome.SINGLE, check::run);
    }

    /// Run a check on every outcome, as often as was asked for; the outcomes of a leaf are other ones each time.
    ///
    /// @return how many cases that was
    private <T> long each(Supplier<? extends Collection<T>> outcomes, Consumer<T> check) {
        long cases = 0;
        for (int i = 0; i < iterations; i++) {
            for (T outcome : outcomes.get()) {
                check.accept(outcome);
                cases++;
            }
        }
        return cases;
    }

    /// One finding for each rule, place and outcome is enough.
    private static void keep(Map<String, Finding> findings, Finding finding) {
        findings.putIfAbsent(finding.rule() + finding.where() + finding.outcome(), finding);
    }
}
