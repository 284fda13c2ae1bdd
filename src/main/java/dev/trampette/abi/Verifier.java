package dev.trampette.abi;

import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/// Holds the routines of an image against their contracts: every wrapper, on every outcome.
///
/// Each case gives everything that a routine can find a random value of its own, so that nothing can stand in for
/// anything else, and calls it twice: the second time with the complement of all that the contract does not name. What
/// the contract does name must come out the same. Then a batch of many more such pairs, made and looked at in assembly,
/// looks for what a call may change at all. The same seed gives the same cases.
public final class Verifier {

    /// How often each outcome is looked at in full, when nobody says.
    public static final int ITERATIONS = 20;

    /// Pairs in a batch, for each pair that is looked at in full.
    private static final int BATCH = 50;

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

    /// The wrappers that can be verified: all call sites and what they share, in the order of the sources.
    public List<Contract> wrappers() {
        return image.contracts();
    }

    /// Run all cases of one wrapper of the image.
    public Verdict verify(Contract contract) {
        return verify(image.address(contract.symbol()), contract);
    }

    /// Run all cases of any machine code that keeps the contract, or not.
    public Verdict verify(MemorySegment routine, Contract contract) {
        try (Arena arena = Arena.ofConfined()) {
            Trial trial = new Trial(image, routine, contract,
                    new SplittableRandom(seed ^ contract.symbol().hashCode()), arena);
            return new Run<>(trial, check(trial)).all(iterations);
        }
    }

    private static Check<?> check(Trial trial) {
        Contract contract = trial.contract();
        if (contract.convention() == Contract.Convention.STACK) {
            return new HandlerCheck(trial);
        }
        return switch (contract.instruction()) {
            case "" -> new FunctionCheck(trial);
            case "VMREAD" -> contract.arguments().stream().anyMatch(Argument::isPointer)
                    ? new VmxCheck(trial)
                    : new VmreadCheck(trial);
            case "VMWRITE", "VMCLEAR", "VMPTRLD", "INVEPT", "INVVPID" -> new VmxCheck(trial);
            default -> new LeafCheck(trial);
        };
    }

    /// The cases of one routine.
    private static final class Run<T> {

        private final Trial trial;
        private final Check<T> check;
        private final Map<String, Finding> findings = new LinkedHashMap<>();
        /// The outcomes that ran out of time: once is enough.
        private final Set<String> hung = new HashSet<>();
        private boolean broken;

        Run(Trial trial, Check<T> check) {
            this.trial = trial;
            this.check = check;
        }

        /// Every outcome, so often; the outcomes of a leaf are other ones each time.
        Verdict all(int iterations) {
            long calls = 0;
            for (int i = 0; i < iterations; i++) {
                for (T outcome : check.outcomes()) {
                    calls += pair(outcome);
                }
            }
            for (T outcome : check.outcomes()) {
                calls += batch(outcome, (long) iterations * BATCH);
            }
            List<Finding> ranked = new ArrayList<>(findings.values());
            ranked.sort(Comparator.comparing(Finding::rule));
            return new Verdict(trial.contract(), calls, ranked);
        }

        /// Two calls; and when they differ, one more for each of two reasons.
        ///
        /// @return how many calls
        private int pair(T outcome) {
            if (hung.contains(check.name(outcome))) {
                return 0;
            }
            trial.renew();
            check.script(outcome);
            Observation first = call(outcome);
            if (hung.contains(check.name(outcome))) {
                return 1;
            }
            trial.complementUnnamed();
            trial.complementNarrow();
            Observation second = call(outcome);
            if (first.difference(second).isEmpty()) {
                return 2;
            }
            trial.complementUnnamed();
            Observation narrow = call(outcome);
            first.difference(narrow).ifPresent(where -> depends(outcome, Rule.NARROW_ARGUMENT, where, first, narrow));
            trial.complementUnnamed();
            trial.complementNarrow();
            Observation unnamed = call(outcome);
            first.difference(unnamed).ifPresent(where -> depends(outcome, Rule.UNDEFINED_READ, where, first, unnamed));
            if (first.difference(narrow).isEmpty() && first.difference(unnamed).isEmpty()) {
                first.difference(second).ifPresent(where ->
                        depends(outcome, Rule.UNDEFINED_READ, where, first, second));
            }
            return 4;
        }

        /// Many pairs; the first that breaks something is looked at in full.
        ///
        /// @return how many calls
        private long batch(T outcome, long pairs) {
            if (check.executions(outcome) == 0 || !trial.isBatchable() || hung.contains(check.name(outcome))) {
                return 0;
            }
            trial.renew();
            check.script(outcome);
            long calls;
            try {
                calls = trial.batch(check.executions(outcome), pairs);
            } catch (WrapperCrash crash) {
                check.crashed(outcome, over(outcome), crash);
                return 1;
            }
            if (calls < 2 * pairs) {
                broken = false;
                Case c = over(outcome);
                check.look(outcome, c, new Observation());
                if (!broken) {
                    c.depends(Rule.UNDEFINED_READ, "rax", trial.probe().firstResult(), c.after().get(Gpr.RAX));
                }
            }
            return calls;
        }

        private void depends(T outcome, Rule rule, String where, Observation first, Observation second) {
            over(outcome).depends(rule, where, first.get(where), second.get(where));
        }

        private Observation call(T outcome) {
            Observation seen = new Observation();
            Case c = over(outcome);
            try {
                trial.call();
            } catch (WrapperCrash crash) {
                if (crash.kind() == WrapperCrash.Kind.HANG) {
                    hung.add(check.name(outcome));
                }
                check.crashed(outcome, c, crash);
                return seen;
            }
            check.look(outcome, c, seen);
            return seen;
        }

        private Case over(T outcome) {
            return new Case(trial, check.name(outcome), check::addTo, this::keep);
        }

        /// One finding for each rule, place and outcome is enough.
        private void keep(Finding finding) {
            broken = true;
            findings.putIfAbsent(finding.rule() + finding.where() + finding.outcome(), finding);
        }
    }
}
