package dev.trampette.abi;

import dev.trampette.call.WrapperCrash;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The cases of one routine.
final class Run<T> {

    /// Pairs in batches, for each pair that is looked at in full.
    private static final int PAIRS = 50;
    /// Batches for each outcome.
    private static final int BATCHES = 10;

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
                calls += pair(outcome, new Round(i));
            }
        }
        for (int i = 0; i < BATCHES; i++) {
            for (T outcome : check.outcomes()) {
                calls += batch(outcome, (long) iterations * PAIRS / BATCHES, new Round(i));
            }
        }
        List<Finding> ranked = new ArrayList<>(findings.values());
        ranked.sort(Comparator.comparing(Finding::rule));
        return new Verdict(trial.contract(), calls, ranked);
    }

    /// A new case.
    ///
    /// @return how many calls it took
    private int pair(T outcome, Round round) {
        if (hung.contains(check.name(outcome))) {
            return 0;
        }
        trial.renew(round);
        check.script(outcome);
        return compare(outcome);
    }

    /// Two calls, as it is and with the complement; and when they differ, one more for each of three reasons.
    ///
    /// @return how many calls
    private int compare(T outcome) {
        Surroundings surroundings = trial.surroundings();
        Observation first = call(outcome);
        if (hung.contains(check.name(outcome))) {
            return 1;
        }
        complement();
        surroundings.exchangeModes();
        Observation second = call(outcome);
        surroundings.exchangeModes();
        if (trial.isFloating()) {
            second = call(outcome);
        }
        if (first.difference(second).isEmpty()) {
            return trial.isFloating() ? 3 : 2;
        }
        reasons(outcome, first, second);
        return 5;
    }

    /// What the result depends on: a state that no call shows, narrow arguments, or something else.
    private void reasons(T outcome, Observation first, Observation second) {
        complement();
        Observation again = call(outcome);
        Optional<String> differs = first.difference(again);
        if (differs.isPresent()) {
            depends(outcome, Rule.UNDEFINED_READ, differs.get(), ", called with the same values", first, again);
            return;
        }
        trial.surroundings().complementNarrow();
        Observation narrow = call(outcome);
        trial.surroundings().complementNarrow();
        trial.surroundings().complementUnnamed();
        Observation unnamed = call(outcome);
        Optional<String> byNarrow = first.difference(narrow);
        Optional<String> byUnnamed = first.difference(unnamed);
        byNarrow.ifPresent(where -> depends(outcome, Rule.NARROW_ARGUMENT, where, "", first, narrow));
        byUnnamed.ifPresent(where -> depends(outcome, Rule.UNDEFINED_READ, where, "", first, unnamed));
        if (byNarrow.isEmpty() && byUnnamed.isEmpty()) {
            first.difference(second).ifPresent(where ->
                    depends(outcome, Rule.UNDEFINED_READ, where, "", first, second));
        }
    }

    private void complement() {
        trial.surroundings().complementUnnamed();
        trial.surroundings().complementNarrow();
    }

    /// Many pairs, with a few sets of pointers and ranges; the first that breaks something is looked at in full.
    ///
    /// @return how many calls
    private long batch(T outcome, long pairs, Round round) {
        if (check.executions(outcome) == 0 || !trial.isBatchable() || hung.contains(check.name(outcome))) {
            return 0;
        }
        trial.renew(round);
        check.script(outcome);
        long calls;
        try {
            calls = trial.batch(check.executions(outcome), pairs);
        } catch (WrapperCrash crash) {
            crashed(outcome, over(outcome), crash);
            return 1;
        }
        Case c = over(outcome);
        if (calls == 2 * pairs) {
            trial.arguments().check(c, (_, _, _, _) -> { });
            return calls;
        }
        long firstResult = trial.probe().firstResult();
        long result = c.after().get(Gpr.RAX);
        broken = false;
        check.look(outcome, c, new Observation());
        if (!broken) {
            calls += compare(outcome);
        }
        if (!broken) {
            c.depends(Rule.UNDEFINED_READ, "rax, in a batch only", firstResult, result);
        }
        return calls;
    }

    private void depends(T outcome, Rule rule, String where, String how, Observation first, Observation second) {
        over(outcome).depends(rule, where + how, first.get(where), second.get(where));
    }

    private Observation call(T outcome) {
        Observation seen = new Observation();
        Case c = over(outcome);
        try {
            trial.call();
        } catch (WrapperCrash crash) {
            crashed(outcome, c, crash);
            return seen;
        }
        check.look(outcome, c, seen);
        return seen;
    }

    private void crashed(T outcome, Case c, WrapperCrash crash) {
        if (crash.kind() == WrapperCrash.Kind.HANG) {
            hung.add(check.name(outcome));
        }
        check.crashed(outcome, c, crash);
    }

    private Case over(T outcome) {
        return new Case(trial, check.name(outcome), check::addTo, this::keep);
    }

    /// One finding for each rule, place and outcome is enough; of what happened at a place in the code, one for the place.
    private void keep(Finding finding) {
        broken = true;
        String place = finding.values().isPresent() ? finding.where() : finding.at().orElse(finding.where());
        findings.putIfAbsent(finding.rule() + place + finding.outcome(), finding);
    }
}
