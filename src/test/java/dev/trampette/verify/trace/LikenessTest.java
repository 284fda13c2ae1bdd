package dev.trampette.verify.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.trap.TrappedImage;
import dev.trampette.verify.values.Pairing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two routines in the same cases: nothing differs that is the same, and what differs is named.
class LikenessTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final int CASES = 6;
    private static final TrappedImage HARDWARE = TrappedImage.of("hardware");

    private static Likeness likeness(Image one, Target first, Image other, Target second) {
        return Likeness.of(new Profiler(one, SEED, CASES).profile(first, new Pairing(first.contract(),
                second.contract(), true)), new Profiler(other, SEED, CASES).profile(second, new Pairing(
                        second.contract(), first.contract(), false)));
    }

    private static Target hardware(String symbol) {
        return HARDWARE.target(HARDWARE.contracts().stream().filter(it -> it.symbol().equals(symbol)).findFirst()
                .orElseThrow());
    }

    /// A gate and a trap are two bridges in two images at two addresses: what a wrapper does is the same.
    @ParameterizedTest
    @ValueSource(strings = {"trampoline_cpuid", "memory_struct_map_gpa", "per_leaf_tdg_vm_rd", "inline_tdh_vp_enter",
        "memory_struct_tdh_mng_rd", "branch_out_vmread", "stack_trampoline_vmread", "function_vmwrite",
        "tdvmcall_trampoline", "inline_tdg_mr_report"})
    void a_wrapper_is_like_itself(String symbol) {
        Contract contract = Image.shim().symbol(symbol).contract();

        Likeness likeness = likeness(HARDWARE.image(), hardware(symbol), Image.shim(),
                Image.shim().target(contract));

        assertThat(likeness.differences()).isEmpty();
        assertThat(likeness.cases()).isGreaterThanOrEqualTo(CASES * likeness.outcomes().size() - CASES);
        assertThat(likeness.onlyFirst()).isEmpty();
        assertThat(likeness.onlySecond()).isEmpty();
    }

    /// The designs of a hypercall differ in what they let the VMM see, and in nothing else.
    @Test
    void designs_differ_in_the_mask() {
        Likeness likeness = likeness(HARDWARE.image(), hardware("trampoline_cpuid"), HARDWARE.image(),
                hardware("memory_struct_cpuid"));

        assertThat(likeness.differences()).singleElement().satisfies(difference -> {
            assertThat(difference.place()).isEqualTo("rcx at the instruction");
            assertThat(difference.first()).hasToString("0xfc00 (exposes r10-r15)");
            assertThat(difference.second()).hasToString("0xffcc (exposes rdx, rbx, rsi, rdi, r8-r15)");
            assertThat(likeness.isAlways(difference)).isTrue();
        });
    }

    @Test
    void no_outcome_in_common_is_a_difference() {
        Likeness likeness = likeness(HARDWARE.image(), hardware("trampoline_cpuid"), HARDWARE.image(),
                hardware("branch_out_vmclear"));

        assertThat(likeness.isSame()).isFalse();
    }

    /// What is broken on purpose beside its repaired twin: the first place in which they differ.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gpa_not_shared           | r12 at the instruction                     | argument start
            tdcall_operands_swapped  | r8 at the instruction                      | argument data
            mask_too_wide            | rcx at the instruction                     | exposes r10-r12
            exposed_not_cleared      | r13 at the instruction                     |
            stack_address_exposed    | r13 at the instruction                     |
            pointer_in_r12           | r12 at the instruction                     | uuid[2]
            retry_ignored            | the instruction, time 2                    |
            no_instruction           | the instruction                            |
            rax_ignored              | how it ends                                | rax_ignored+0x
            accept_always_succeeds   | the result                                 |
            seamcall_carry_lost      | CF after the call                          |
            r12_lost_without_a_module | r12 after the call                        | argument r12
            map_gpa_drops_r11        | failing_gpa[0]                             | the VMM's r11
            one_word_too_many        | the result                                 |
            word_before              | words[-1]                                  |
            input_written            | message[6]                                 |
            vmread_stale             | the result                                 | what VMREAD read
            value_zero_is_failure    | what an error handler is told              |
            vmread_third_reports_fault | what an error handler is told, time 3    |
            vmclear_is_vmptrld       | the instruction                            |
            vmptrld_wrong_argument   | address at the instruction                 | argument address
            """)
    void a_specimen_differs_from_its_twin(String symbol, String place, String origin) {
        Image specimens = Image.named("specimens");
        Image twins = Image.named("twins");

        Likeness likeness = likeness(specimens, specimens.target(specimens.symbol(symbol).contract()), twins,
                twins.target(twins.symbol(symbol).contract()));

        assertThat(likeness.differences()).extracting(Likeness.Difference::place).contains(place);
        assertThat(likeness.differences().stream().filter(it -> it.place().equals(place))
                .map(it -> it.second().origin() + it.first().origin())).anyMatch(text ->
                text.contains(origin == null ? "" : origin));
    }

    /// A defect of the state is a finding, and no difference in what a caller or a VMM gets.
    @ParameterizedTest
    @ValueSource(strings = {"lost_rbx", "direction_flag", "mxcsr_initialised", "leaves_secret"})
    void a_broken_state_is_no_difference(String symbol) {
        Image specimens = Image.named("specimens");
        Image twins = Image.named("twins");

        assertThat(likeness(specimens, specimens.target(specimens.symbol(symbol).contract()), twins,
                twins.target(twins.symbol(symbol).contract())).differences()).isEmpty();
    }

    @Test
    void arguments_are_matched_by_name_and_then_by_place() {
        Contract first = Contract.parse("symbol=f\narguments=gpa:u64 size:u32 out:out[2]\n");
        Contract second = Contract.parse("symbol=g\narguments=size:u64 p:u64 q:out[2] more:u64\n");

        List<Pairing.Partner> partners = new Pairing(second, first, false).partners();

        assertThat(partners).extracting(Pairing.Partner::name).containsExactly("size", "p of B", "out", "more of B");
        assertThat(partners).extracting(Pairing.Partner::isShared).containsExactly(true, false, true, false);
        assertThat(partners.getFirst().significant()).isEqualTo(0xffffffffL);
        assertThat(partners.getFirst().number()).isOne();
        assertThat(new Pairing(second, first, false).renamed()).containsExactly(Map.entry("out", "q"));
        assertThat(new Pairing(first, second, true).partners()).extracting(Pairing.Partner::isShared)
                .containsExactly(false, true, true);
    }

    @Test
    void both_are_given_the_answers_that_one_of_them_is_made_for() {
        Contract plain = Contract.parse("symbol=f\ninstruction=SEAMCALL\narguments=a:u64\nin=rax:a\nfaults=none\n");
        Contract more = Contract.parse("symbol=g\ninstruction=SEAMCALL\narguments=a:u64\nin=rax:a\nout=\nwritten=r9\n"
                + "retry=0x7:3\n");

        Contract common = new Pairing(plain, more, true).contract();

        assertThat(common.effect().orElseThrow().faults()).isTrue();
        assertThat(common.effect().orElseThrow().retry()).isPresent();
        assertThat(common.effect().orElseThrow().written()).hasToString("[r9]");
        assertThat(new Pairing(more, plain, false).contract()).hasToString(more.toString());
    }
}
