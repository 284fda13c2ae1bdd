package dev.trampette.verify.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Syntax;
import dev.trampette.image.Target;
import dev.trampette.support.Sample;
import dev.trampette.trap.TrappedImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Traces are exact: each instruction once, whatever the bridge.
class TracerTest {

    private static final int ALL_OUTCOMES = 8;
    private static final int ONE_IN = 3;
    /// Steps that are more than any shipped wrapper has.
    private static final int FEW = 4096;

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final TrappedImage HARDWARE = TrappedImage.of("hardware");

    private static Trace trace(String symbol, String outcome) {
        Contract contract = HARDWARE.contracts().stream().filter(it -> it.symbol().equals(symbol)).findFirst()
                .orElseThrow();
        return new Tracer(HARDWARE.image(), SEED).trace(HARDWARE.target(contract), Optional.of(outcome));
    }

    /// The null image executes two more: its stub stands for the instruction.
    @ParameterizedTest
    @CsvSource({"inline_cpuid, 28", "trampoline_cpuid, 36", "per_leaf_cpuid, 29", "memory_struct_cpuid, 90"})
    void instructions_of_cpuid(String symbol, long instructions) {
        assertThat(trace(symbol, "success").counts().instructions()).isEqualTo(instructions);
    }

    @Test
    void a_line_for_each_step_with_what_it_changes_and_where_that_is_from() {
        Trace trace = trace("trampoline_cpuid", "success");

        assertThat(trace.end()).isEmpty();
        assertThat(trace.steps()).hasSize((int) trace.counts().instructions());
        assertThat(trace.steps().getFirst().at()).isEqualTo("trampoline_cpuid+0x0");
        assertThat(trace.steps().getLast().text()).startsWith("ret");
        Trace.Step tdcall = trace.steps().stream().filter(step -> !step.registers().isEmpty()).findFirst()
                .orElseThrow();
        assertThat(tdcall.text()).isEqualTo("tdcall");
        Map<String, Trace.AtInstruction> at = tdcall.registers().stream()
                .collect(Collectors.toMap(Trace.AtInstruction::register, one -> one));
        assertThat(at.get("r12").origin()).startsWith("argument leaf");
        assertThat(at.get("r12").isExposed()).isTrue();
        assertThat(at.get("rbx").origin()).isEqualTo("the caller's rbx");
        assertThat(at.get("rbx").isExposed()).isFalse();
        assertThat(tdcall.changes()).anySatisfy(change -> {
            assertThat(change.register()).isEqualTo("r13");
            assertThat(change.origin()).isEqualTo("the VMM's r13");
        });
    }

    @Test
    void a_fault_goes_on_at_the_fix_up() {
        Trace trace = trace("branch_out_vmread", "ud");
        List<String> texts = trace.steps().stream().map(Trace.Step::text).toList();

        assertThat(trace.end()).isEmpty();
        assertThat(texts).anyMatch(text -> text.startsWith("vmread"));
        assertThat(texts.getLast()).startsWith("ret");
    }

    @Test
    void a_crash_is_the_last_step() {
        Trace trace = trace("trampoline_cpuid", "rax");

        assertThat(trace.end()).hasValueSatisfying(end -> assertThat(end).contains("UD2"));
        assertThat(trace.steps().getLast().text()).startsWith("ud2");
    }

    @Test
    void an_unknown_outcome_names_those_that_there_are() {
        assertThatThrownBy(() -> trace("trampoline_cpuid", "nothing")).isInstanceOf(OutcomeException.class)
                .hasMessageContaining("no such outcome: nothing").hasMessageContaining("success, retry");
    }

    /// What is executed is the same, whatever the random values are: of some wrappers on success, and of every eighth
    /// of them on every outcome.
    @Test
    void counts_are_equal_in_two_runs() {
        Tracer one = new Tracer(HARDWARE.image(), SEED);
        Tracer other = new Tracer(HARDWARE.image(), SEED + 1);
        List<Contract> contracts = Sample.oneIn(ONE_IN, HARDWARE.contracts(), SEED);
        for (int n = 0; n < contracts.size(); n++) {
            Contract contract = contracts.get(n);
            Target target = HARDWARE.target(contract);
            if (n % ALL_OUTCOMES == 0) {
                assertThat(other.counts(target)).as(contract.symbol()).isEqualTo(one.counts(target)).isNotEmpty();
            } else {
                Tracing first = new Tracing(Optional.empty(), FEW, Syntax.INTEL);
                assertThat(other.trace(target, first).counts()).as(contract.symbol())
                        .isEqualTo(one.trace(target, first).counts());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "INTEL | mov    r8,rdx  | call   tdvmcall_trampoline",
        "GAS   | mov    %rdx,%r8 | call   tdvmcall_trampoline",
        "NASM  | mov    r8,rdx  | call   tdvmcall_trampoline",
    })
    void instructions_are_written_in_each_syntax(Syntax syntax, String move, String call) {
        Contract contract = HARDWARE.contracts().stream().filter(it -> it.symbol().equals("trampoline_cpuid"))
                .findFirst().orElseThrow();
        Trace trace = new Tracer(HARDWARE.image(), SEED).trace(HARDWARE.target(contract),
                new Tracing(Optional.empty(), 100, syntax));

        assertThat(trace.steps()).extracting(Trace.Step::text).contains(move, call, "tdcall");
    }

    /// In the shim image the instruction is a CALL of the gate, and a NOP more.
    @Test
    void the_gate_is_no_step() {
        Contract contract = Image.shim().contracts().stream().filter(it -> it.symbol().equals("inline_cpuid"))
                .findFirst().orElseThrow();
        Trace called = new Tracer(Image.shim(), SEED).trace(Image.shim().target(contract), Optional.empty());

        assertThat(called.counts().instructions())
                .isEqualTo(trace("inline_cpuid", "success").counts().instructions() + 1);
        assertThat(called.steps()).extracting(Trace.Step::at).allMatch(at -> at.startsWith("inline_cpuid+"));
    }
}
