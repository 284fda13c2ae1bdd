package dev.trampette.abi;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.spec.Argument;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
        long cases = switch (contract.instruction()) {
            case "VMREAD" -> contract.arguments().stream().anyMatch(Argument::isPointer)
                    ? vmx(contract, random, findings)
                    : vmread(contract, random, findings);
            case "VMWRITE", "VMCLEAR", "VMPTRLD", "INVEPT", "INVVPID" -> vmx(contract, random, findings);
            default -> leaf(contract, random, findings);
        };
        return new Verdict(contract, cases, new ArrayList<>(findings.values()));
    }

    private long leaf(Contract contract, RandomGenerator random, Map<String, Finding> findings) {
        long cases = 0;
        try (Arena arena = Arena.ofConfined()) {
            LeafCheck check = new LeafCheck(image, contract, random, finding -> keep(findings, finding), arena);
            for (int i = 0; i < iterations; i++) {
                for (Answer answer : check.answers()) {
                    check.run(answer);
                    cases++;
                }
            }
        }
        return cases;
    }

    private long vmread(Contract contract, RandomGenerator random, Map<String, Finding> findings) {
        VmxOutcome[] outcomes = VmxOutcome.values();
        try (Arena arena = Arena.ofConfined()) {
            VmreadCheck check = new VmreadCheck(image, contract, random, finding -> keep(findings, finding), arena);
            for (int i = 0; i < iterations; i++) {
                for (VmxOutcome outcome : outcomes) {
                    check.run(outcome);
                }
            }
        }
        return (long) outcomes.length * iterations;
    }

    private long vmx(Contract contract, RandomGenerator random, Map<String, Finding> findings) {
        try (Arena arena = Arena.ofConfined()) {
            VmxCheck check = new VmxCheck(image, contract, random, finding -> keep(findings, finding), arena);
            for (int i = 0; i < iterations; i++) {
                VmxOutcome.SINGLE.forEach(check::run);
            }
        }
        return VmxOutcome.SINGLE.size() * iterations;
    }

    /// One finding for each rule, place and outcome is enough.
    private static void keep(Map<String, Finding> findings, Finding finding) {
        findings.putIfAbsent(finding.rule() + finding.where() + finding.outcome(), finding);
    }
}
