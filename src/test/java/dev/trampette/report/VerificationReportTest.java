package dev.trampette.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a report says of two calls of which one did not return: nothing that could be taken for a value.
class VerificationReportTest {

    /// It depends on R10, which is no argument, whether it comes back.
    private static final String MAY_CRASH = "xor eax, eax\ntest r10b, 1\njnz .done\nud2\n.done: ret";

    private static Verdict verdict() {
        Contract contract = Contract.parse("symbol=may_crash\nresult=u64");
        return new Verifier(Image.shim(), 7, Verifier.ITERATIONS).verify(
                Target.throughGate(new Code("may_crash", MachineCode.of(MAY_CRASH)), contract));
    }

    @Test
    void a_call_that_did_not_return_has_no_value() {
        Verdict verdict = verdict();

        assertThat(verdict.findings()).filteredOn(finding -> finding.rule() == Rule.UNDEFINED_READ).isNotEmpty()
                .allSatisfy(finding -> assertThat(finding.toString()).contains("did not come so far")
                        .contains("call ").doesNotContain("0x0"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void it_is_null_in_json() {
        Verdict verdict = verdict();
        Map<String, Object> wrapper = ((List<Map<String, Object>>) new VerificationReport(List.of(verdict), 7, 0)
                .json().get("wrappers")).getFirst();

        assertThat((List<Map<String, Object>>) wrapper.get("findings"))
                .filteredOn(finding -> finding.get("rule").equals("undefined-read")).isNotEmpty()
                .allSatisfy(finding -> assertThat(finding).containsEntry("actual", null));
        assertThat(verdict.findings()).extracting(Finding::rule).contains(Rule.CRASH);
    }
}
