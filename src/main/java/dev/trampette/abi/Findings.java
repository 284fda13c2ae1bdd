package dev.trampette.abi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The findings of one routine: one for each rule, place and outcome is enough, and of a rule not more than anybody
/// reads.
final class Findings {

    /// Of one rule, on one outcome.
    private static final int MOST = 16;

    private final Map<String, Finding> findings = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private boolean added;

    /// Whether a finding would say anything new: to name its values takes a while.
    boolean wants(Rule rule, String where, String outcome) {
        added = true;
        return !findings.containsKey(rule + where + outcome) && counts.getOrDefault(rule + outcome, 0) <= MOST;
    }

    /// Of what happened at a place in the code, one for the place.
    void accept(Finding finding) {
        added = true;
        String place = finding.values().isPresent() ? finding.where() : finding.at().orElse(finding.where());
        if (findings.putIfAbsent(finding.rule() + place + finding.outcome(), finding) == null) {
            int count = counts.merge(finding.rule() + finding.outcome(), 1, Integer::sum);
            if (count == MOST + 1) {
                findings.put(finding.rule() + place + finding.outcome(), new Finding(finding.wrapper(), finding.rule(),
                        finding.outcome(), "other places too", Optional.empty(), Optional.empty()));
            }
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

    /// Causes before effects.
    List<Finding> ranked() {
        List<Finding> ranked = new ArrayList<>(findings.values());
        ranked.sort(Comparator.comparing(Finding::rule));
        return ranked;
    }
}
