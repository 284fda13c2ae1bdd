package dev.trampette.verify.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Causes before effects, each place of a rule once, and not more than anybody reads.
class FindingsTest {

    private final Findings findings = new Findings(Set.of());

    private void found(Rule rule, String where, String outcome) {
        findings.accept(new Finding("f", rule, List.of(), where, Optional.of(new Finding.Values(OptionalLong.of(1), "",
                OptionalLong.of(2), "", false)), Optional.empty()), outcome);
    }

    @Test
    void the_cause_is_first_whenever_it_was_found() {
        found(Rule.CRASH, "SIGSEGV", "success");
        found(Rule.CALLEE_SAVED, "rbx", "success");
        found(Rule.EXPOSURE, "rcx", "error");

        assertThat(findings.ranked()).extracting(Finding::rule)
                .containsExactly(Rule.EXPOSURE, Rule.CALLEE_SAVED, Rule.CRASH);
    }

    @Test
    void the_same_on_more_outcomes_is_one_finding() {
        found(Rule.INPUT, "rcx", "success");
        found(Rule.INPUT, "rdx", "success");
        found(Rule.INPUT, "rcx", "error");
        found(Rule.INPUT, "rcx", "success");

        assertThat(findings.ranked()).extracting(Finding::line).containsExactly(
                "f: input: rcx, outcome=success,error", "f: input: rdx, outcome=success");
        assertThat(findings.wants(Rule.INPUT, "rcx", "error")).isFalse();
        assertThat(findings.wants(Rule.INPUT, "rcx", "busy")).isTrue();
    }

    @Test
    void a_rule_that_is_broken_everywhere_is_cut_short() {
        for (int n = 0; n < 100; n++) {
            found(Rule.MEMORY, "d[%d]".formatted(n), "return");
        }
        found(Rule.CRASH, "SIGSEGV", "return");

        assertThat(findings.ranked()).hasSizeBetween(10, 20).extracting(Finding::where)
                .contains("other places too", "SIGSEGV");
    }
}
