package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A register that was lost was lost at an instruction.
class BlameTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    /// What they write has no name in their text: CPUID, what the other side answers, what a C function loses.
    private static final String IMPLICIT = "(cpuid|rdtsc|call|tdcall|seamcall|vmread).*";

    static Stream<Contract> specimens() {
        return SpecimenResult.all().stream().filter(one -> SpecimenResult.lacks(one).isEmpty())
                .filter(one -> List.of("callee-saved", "undeclared-clobber", "direction-flag", "alignment-check")
                        .contains(one.specimen().orElseThrow().breaks()));
    }

    private static Verdict verify(String symbol) {
        Image specimens = Image.named("specimens");
        return new Verifier(specimens, SEED, 4).verify(specimens.symbol(symbol).contract());
    }

    /// The instruction is in the routine, and one that writes the register.
    @ParameterizedTest
    @MethodSource("specimens")
    void every_register_of_every_specimen(Contract specimen) {
        for (Finding finding : verify(specimen.symbol()).findings()) {
            Optional<Gpr> register = Arrays.stream(Gpr.values()).filter(one -> one.toString().equals(finding.where()))
                    .findFirst();
            if (register.isPresent() && (finding.rule() == Rule.CALLEE_SAVED
                    || finding.rule() == Rule.UNDECLARED_CLOBBER)) {
                assertThat(finding.blamed()).as(finding.toString()).hasValueSatisfying(blamed -> {
                    assertThat(blamed.at()).contains("+0x");
                    assertThat(blamed.text()).satisfiesAnyOf(
                            text -> assertThat(text).matches(IMPLICIT),
                            text -> assertThat(text.split(",")[0]).containsPattern(narrow(register.get())),
                            text -> assertThat(text).startsWith("xchg").containsPattern(narrow(register.get())));
                });
            }
        }
    }

    /// Any width of a register: `r12d`, `ebx`, `bl`.
    private static String narrow(Gpr register) {
        String name = register.toString();
        String legacy = name.substring(1);
        return Character.isDigit(name.charAt(1)) ? "\\b" + name + "[dwb]?\\b"
                : "\\b([re]?%s|%sl|%s[hl])\\b".formatted(legacy, legacy, legacy.substring(0, 1));
    }

    @ParameterizedTest
    @CsvSource({"cpuid_changes_rbx, rbx, cpuid", "registers_exchanged, r12, pop r12",
            "ms_rsi_changed, rsi, 'xor esi,esi'"})
    void by_name(String symbol, String register, String text) {
        assertThat(verify(symbol).findings()).filteredOn(finding -> finding.where().equals(register))
                .isNotEmpty().allSatisfy(finding -> {
                    assertThat(finding.blamed().orElseThrow().text().replaceAll("\\s+", " ")).isEqualTo(text);
                    assertThat(finding.toString()).contains("lost at  %s+0x".formatted(symbol)).endsWith(": " + text);
                });
    }

    @Test
    void the_direction_flag_is_set_by_std() {
        List<Finding> findings = SpecimenResult.all().stream()
                .filter(one -> one.specimen().orElseThrow().breaks().equals("direction-flag"))
                .flatMap(one -> verify(one.symbol()).findings().stream())
                .filter(finding -> finding.where().equals("rflags.df")).toList();

        assertThat(findings).isNotEmpty().anySatisfy(finding ->
                assertThat(finding.blamed().orElseThrow().text()).matches("std|popf.*"));
    }

    /// A crash shows where it came from, and ends with the instruction that crashed.
    @ParameterizedTest
    @CsvSource({"null_dereference, crash, 'mov rax,QWORD PTR .*'", "division_by_zero, crash, div .*",
            "spill_misaligned, crash, mova.*", "stack_lost, stack-balance, jmp rcx"})
    void a_crash_has_a_trail(String symbol, String rule, String last) {
        assertThat(verify(symbol).findings()).filteredOn(finding -> finding.rule().label().equals(rule)
                && finding.values().isEmpty()).isNotEmpty().allSatisfy(finding -> {
                    assertThat(finding.trail().isLoop()).isFalse();
                    assertThat(finding.trail().instructions()).isNotEmpty().hasSizeLessThanOrEqualTo(8)
                            .allSatisfy(it -> assertThat(it.at()).startsWith(symbol + "+0x"));
                    assertThat(finding.trail().instructions().getLast().text().replaceAll("\\s+", " ")).matches(last);
                    assertThat(finding.toString()).contains("the last instructions:");
                });
    }

    /// A hang shows what it goes round in, once.
    @ParameterizedTest
    @CsvSource({"count_of_zero, hang", "busy_wait, hang", "endless_recursion, crash"})
    void a_hang_has_a_loop(String symbol, String rule) {
        assertThat(verify(symbol).findings()).filteredOn(finding -> finding.rule().label().equals(rule)).isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.trail().isLoop()).isTrue();
                    assertThat(finding.trail().instructions()).isNotEmpty().doesNotHaveDuplicates()
                            .anySatisfy(it -> assertThat(it.text()).matches("(j|loop|call).*"));
                    assertThat(finding.toString()).contains("it goes round in:");
                });
    }

    /// Nobody is to blame for what holds.
    @Test
    void a_twin_has_no_blame() {
        Map<String, Verdict> verdicts = Map.of("registers_exchanged", new Verifier(Image.named("twins"), SEED, 4)
                .verify(Image.named("twins").symbol("registers_exchanged").contract()));

        assertThat(verdicts.get("registers_exchanged").findings()).isEmpty();
    }
}
