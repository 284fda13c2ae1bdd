package dev.trampette.verify.trial;

import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The findings of one routine: one for each rule and place is enough, with the outcomes that it was seen on, and of a
/// rule not more than anybody reads.
public final class Findings {

    /// Places of one rule.
    private static final int MOST = 16;

    private record Key(Rule rule, String place) {
    }

    private final Map<Key, Finding> findings = new LinkedHashMap<>();
    private final Map<Key, Set<String>> outcomes = new HashMap<>();
    private final Map<Rule, Integer> counts = new HashMap<>();
    private final Set<Key> asked = new HashSet<>();
    /// Rules that are advice to the routine.
    private final Set<Rule> advice;
    private boolean added;
    private boolean advised;

    public Findings(Set<Rule> advice) {
        this.advice = advice;
    }

    /// Whether a finding would say anything new: to name its values takes a while.
    boolean wants(Rule rule, String where, String outcome) {
        note(rule);
        return isNew(new Key(rule, where), outcome);
    }

    private void note(Rule rule) {
        advised |= advice.contains(rule);
        added |= !advice.contains(rule);
    }

    private boolean isNew(Key key, String outcome) {
        return findings.containsKey(key) ? !outcomes.get(key).contains(outcome)
                : counts.getOrDefault(key.rule, 0) <= MOST;
    }

    /// Of what happened at a place in the code, one for the place.
    void accept(Finding finding, String outcome) {
        accept(finding, outcome, List::of);
    }

    /// The same.
    ///
    /// @param situation what the function was called with
    void accept(Finding finding, String outcome, Supplier<List<String>> situation) {
        note(finding.rule());
        Key key = new Key(finding.rule(), finding.values().isPresent() && finding.blamed().isEmpty()
                ? finding.where() : finding.at().orElse(finding.where()));
        if (!isNew(key, outcome)) {
            return;
        }
        outcomes.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(outcome);
        if (findings.containsKey(key)) {
            return;
        }
        findings.put(key, finding.withSituation(situation.get()));
        if (counts.merge(finding.rule(), 1, Integer::sum) > MOST) {
            findings.put(key, new Finding(finding.wrapper(), finding.rule(), List.of(), "other places too",
                    Optional.empty(), Optional.empty()));
        }
    }

    /// Forget whether there was any.
    public void mark() {
        added = false;
    }

    /// Whether there was any advice.
    public boolean isAdvised() {
        return advised;
    }

    /// Whether a promise was broken since the mark, in a new way or not.
    public boolean isAnySinceMark() {
        return added;
    }

    /// Those of which nobody has asked yet who is to blame; the next time they are not among them.
    public List<Finding> unasked() {
        return findings.entrySet().stream().filter(entry -> asked.add(entry.getKey()))
                .map(Map.Entry::getValue).toList();
    }

    /// How many there are.
    public int size() {
        return findings.size();
    }

    /// Those that came last, after so many.
    public List<Finding> since(int size) {
        return findings.values().stream().skip(size).toList();
    }

    /// Forget those that came last, after so many.
    public void forget(int size) {
        List<Key> last = findings.keySet().stream().skip(size).toList();
        last.forEach(key -> {
            findings.remove(key);
            outcomes.remove(key);
            counts.merge(key.rule, -1, Integer::sum);
        });
    }

    /// The routine's own instruction that called what crashed: of several crashes behind it one is enough.
    ///
    /// @return what is found now
    public Finding called(Finding finding, String caller) {
        Finding called = finding.calledFrom(caller);
        boolean isKnown = findings.values().stream().anyMatch(one -> one.rule() == called.rule()
                && one.at().equals(called.at()));
        if (isKnown) {
            findings.values().removeIf(one -> one == finding);
        }
        replace(finding, called);
        return called;
    }

    /// It is known.
    public void blame(Finding finding, Finding.Instruction instruction) {
        replace(finding, finding.withBlame(Optional.of(instruction)));
    }

    /// What was executed last.
    public void trail(Finding finding, Finding.Trail last) {
        replace(finding, finding.withTrail(last));
    }

    private void replace(Finding finding, Finding by) {
        findings.replaceAll((_, one) -> one == finding ? by : one);
    }

    /// What an interrupt did to a value, and what a function that is called finds in AC, are effects of what steps have
    /// shown: of two findings with one cause one is enough.
    private void settle() {
        Set<Rule> rules = findings.keySet().stream().map(Key::rule).collect(Collectors.toSet());
        if (rules.contains(Rule.STACK_POINTER)) {
            findings.keySet().removeIf(key -> key.rule == Rule.RED_ZONE);
        }
        if (rules.contains(Rule.WINDOW)) {
            findings.keySet().removeIf(key -> key.rule == Rule.ALIGNMENT_CHECK
                    && key.place.contains(" at the call of "));
        }
        Optional<Finding> store = findings.values().stream().filter(Findings::isStoreBelow).findFirst();
        boolean isEffectKnown = findings.values().stream().anyMatch(one -> one.rule() == Rule.RED_ZONE
                && !isStoreBelow(one));
        if (store.isPresent() && isEffectKnown) {
            findings.values().removeIf(Findings::isStoreBelow);
            findings.replaceAll((_, one) -> one.rule() == Rule.RED_ZONE && one.blamed().isEmpty()
                    ? one.withBlame(store.get().blamed()) : one);
        }
    }

    /// What steps have shown of a red zone: the store, and no value.
    private static boolean isStoreBelow(Finding finding) {
        return finding.rule() == Rule.RED_ZONE && finding.values().isEmpty() && finding.blamed().isPresent();
    }

    /// Causes before effects.
    public List<Finding> ranked() {
        settle();
        List<Finding> ranked = new ArrayList<>();
        findings.forEach((key, finding) -> ranked.add(finding.withOutcomes(List.copyOf(outcomes.get(key)))));
        ranked.sort(Comparator.comparing(Finding::rule));
        return ranked;
    }
}
