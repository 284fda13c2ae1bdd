package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Image;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What only steps show has a place, and the instruction that stands there.
class StepRulesTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    private static List<Finding> findings(String symbol, Rule rule) {
        Image specimens = Image.named("specimens");
        return new Verifier(specimens, SEED, 4).verify(specimens.symbol(symbol).contract()).findings().stream()
                .filter(finding -> finding.rule() == rule).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rsp_holds_a_number       | stack-pointer | mov rsp,QWORD PTR [rdi+0x8]",
        "rsp_walks_an_array       | stack-pointer | mov rsp,rdi",
        "ms_register_below_rsp    | stack-pointer | mov QWORD PTR [rsp-0x10],rsi",
        "register_behind_red_zone | stack-pointer | mov QWORD PTR [rsp-0x90],rbx",
        "ms_frame_ended_early     | stack-pointer | mov QWORD PTR [rsp+0x8],rdx",
        "frame_off_at_call        | unwind        | call rdi",
        "stream_without_fence     | ordering      | movnti QWORD PTR [rdi],rsi",
        "stream_behind_fence      | ordering      | movnti QWORD PTR [rdi+0x8],rsi",
        "flag_through_the_gate    | window        | call rax",
        "flags_of_vmwrite_unread  | status-unread | vmwrite",
        "endbr_missing            | endbr         | mov rax,rdi",
        "key_left_in_register     | secret        | mov rcx,QWORD PTR [rdi+0x8]",
        "key_left_in_vector       | secret        | movdqu xmm5,XMMWORD PTR [rdi]",
        "key_left_below_rsp       | secret        | push rdi"})
    void the_instruction_is_named(String symbol, String rule, String text) {
        assertThat(findings(symbol, Rule.labelled(rule).orElseThrow())).as("seed %d", SEED).isNotEmpty()
                .allSatisfy(finding -> {
                    Finding.Instruction blamed = finding.blamed().orElseThrow();
                    assertThat(blamed.toString()).startsWith(symbol + "+0x").endsWith(": " + text);
                    assertThat(finding.at()).hasValue(blamed.at());
                });
    }

    /// What an interrupt makes of a value below RSP is no second finding: it names the store.
    @Test
    void a_store_below_rsp_is_the_cause_of_what_an_interrupt_does() {
        Image specimens = Image.named("specimens");

        assertThat(new Verifier(specimens, SEED, 8).verify(specimens.symbol("argument_below_rsp").contract())
                .findings()).as("seed %d", SEED).isNotEmpty().allSatisfy(finding -> {
                    assertThat(finding.rule()).isEqualTo(Rule.RED_ZONE);
                    assertThat(finding.values()).isPresent();
                    assertThat(finding.blamed().orElseThrow().text().replaceAll("\\s+", " "))
                            .isEqualTo("mov QWORD PTR [rsp-0x10],rdi");
                });
    }
}
