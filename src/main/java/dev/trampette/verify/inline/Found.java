package dev.trampette.verify.inline;

import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// What was found of a statement, in all its copies: each thing once, and registers that are changed together.
final class Found {

    private record Key(Rule rule, String what) {
    }

    private final String statement;
    private final Map<Key, Set<String>> outcomes = new LinkedHashMap<>();
    /// Registers that are no operands and were changed.
    private final Set<String> changed = new TreeSet<>(Comparator.comparing(Found::order));
    private final Set<String> changedOn = new LinkedHashSet<>();
    private final Set<String> assumed = new LinkedHashSet<>();

    Found(String statement) {
        this.statement = statement;
    }

    void add(Rule rule, String outcome, String what) {
        outcomes.computeIfAbsent(new Key(rule, what), _ -> new LinkedHashSet<>()).add(outcome);
    }

    /// Something is taken for granted.
    void assume(String what) {
        assumed.add(what);
    }

    List<String> assumed() {
        return List.copyOf(assumed);
    }

    boolean has(Rule rule) {
        return outcomes.keySet().stream().anyMatch(key -> key.rule == rule);
    }

    void changed(String register, String outcome) {
        changed.add(register);
        changedOn.add(outcome);
    }

    /// All, causes first.
    ///
    /// @param said says of registers that they are changed, and the mend
    List<Finding> findings(Function<Set<String>, String> said) {
        List<Finding> findings = new ArrayList<>();
        if (!changed.isEmpty()) {
            findings.add(finding(Rule.UNDECLARED_CLOBBER, changedOn, said.apply(changed)));
        }
        outcomes.forEach((key, seen) -> findings.add(finding(key.rule, seen, key.what)));
        findings.sort(Comparator.comparing(Finding::rule));
        return findings;
    }

    private Finding finding(Rule rule, Set<String> seen, String what) {
        return new Finding(statement, rule, List.copyOf(seen), what, Optional.empty(),
                Optional.empty());
    }

    /// `r9` before `r10`.
    private static String order(String register) {
        String digits = register.replaceAll("\\D", "");
        return register.replaceAll("\\d", "") + (digits.isEmpty() ? "" : "%02d".formatted(Integer.parseInt(digits)));
    }
}
