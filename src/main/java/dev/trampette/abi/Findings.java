package dev.trampette.abi;

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

/// The findings of one routine: one for each rule and place is enough, with the outcomes that it was seen on, and of a
/// rule not more than anybody reads.
final class Findings {

    /// Places of one rule.
    private static final int MOST = 16;

    private record Key(Rule rule, String place) {
    }

    private final Map<Key, Finding> findings = new LinkedHashMap<>();
    private final Map<Key, Set<String>> outcomes = new HashMap<>();
    private final Map<Rule, Integer> counts = new HashMap<>();
    private final Set<Key> asked = new HashSet<>();
    private boolean added;

    /// Whether a finding would say anything new: to name its values takes a while.
    boolean wants(Rule rule, String where, String outcome) {
        added = true;
        return isNew(new Key(rule, where), outcome);
    }

    private boolean isNew(Key key, String outcome) {
        return findings.containsKey(key) ? !outcomes.get(key).contains(outcome)
                : counts.getOrDefault(key.rule, 0) <= MOST;
    }

    /// Of what happened at a place in the code, one for the place.
    void accept(Finding finding, String outcome) {
        added = true;
        Key key = new Key(finding.rule(), finding.values().isPresent() && finding.blamed().isEmpty()
                ? finding.where() : finding.at().orElse(finding.where()));
        if (!isNew(key, outcome)) {
            return;
        }
        outcomes.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(outcome);
        if (findings.putIfAbsent(key, finding) == null && counts.merge(finding.rule(), 1, Integer::sum) > MOST) {
            findings.put(key, new Finding(finding.wrapper(), finding.rule(), List.of(), "other places too",
                    Optional.empty(), Optional.empty()));
        }
    }

    /// Forget whether there was any.
    void mark() {
        added = false;
    }

    /// Whether there was any since the mark, new or not.
    boolean isAnySinceMark() {
        return added;
    }

    /// Those of which nobody has asked yet who is to blame; the next time they are not among them.
    List<Finding> unasked() {
        return findings.entrySet().stream().filter(entry -> asked.add(entry.getKey()))
                .map(Map.Entry::getValue).toList();
    }

    /// It is known.
    void blame(Finding finding, Finding.Instruction instruction) {
        findings.replaceAll((_, one) -> one == finding ? one.withBlame(Optional.of(instruction)) : one);
    }

    /// What was executed last.
    void trail(Finding finding, Finding.Trail last) {
        findings.replaceAll((_, one) -> one == finding ? one.withTrail(last) : one);
    }

    /// Causes before effects.
    List<Finding> ranked() {
        List<Finding> ranked = new ArrayList<>();
        findings.forEach((key, finding) -> ranked.add(finding.withOutcomes(List.copyOf(outcomes.get(key)))));
        ranked.sort(Comparator.comparing(Finding::rule));
        return ranked;
    }
}
