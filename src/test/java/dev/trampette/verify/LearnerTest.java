package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.support.MachineCode;
import dev.trampette.support.Sample;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.learn.Learner;
import dev.trampette.verify.learn.LearningException;
import dev.trampette.verify.learn.Learnt;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Contracts that are learnt from calls, held against those that the sources say.
class LearnerTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final int ONE_IN = 3;
    /// Their leaf is an argument: of an unknown leaf the other side may write what they do not expect.
    private static final Set<String> OF_ANY_LEAF = Set.of("tdcall_struct", "tdcall_struct_ret", "seamcall_struct",
            "seamcall_struct_ret");

    private static Learnt learn(Image image, Contract contract) {
        return Learner.learn(image, image.code(contract.symbol()), Bridge.GATE_CALL, contract.signature().convention(),
                SEED);
    }

    static List<Contract> leaves() {
        return Image.shim().contracts().stream()
                .filter(contract -> contract.signature().convention().isC() && contract.effect().filter(effect ->
                        effect.instruction() == Instruction.TDCALL || effect.instruction() == Instruction.SEAMCALL)
                        .isPresent())
                .filter(contract -> !OF_ANY_LEAF.contains(contract.symbol())).toList();
    }

    /// Some of them in a run.
    static List<Contract> someLeaves() {
        return Sample.oneIn(ONE_IN, leaves(), SEED);
    }

    @ParameterizedTest
    @MethodSource("someLeaves")
    void a_wrapper_of_a_leaf_holds_by_what_is_learnt_of_it(Contract contract) {
        Learnt learnt = learn(Image.shim(), contract);
        Effect said = contract.effect().orElseThrow();
        Verdict verdict = new Verifier(Image.shim(), SEED, 2).verify(
                Target.throughGate(Image.shim().code(contract.symbol()), asMeant(said, learnt.contract())));

        assertThat(verdict.findings()).as("%s, seed %d", learnt.contract(), SEED).isEmpty();
        Effect effect = learnt.contract().effect().orElseThrow();
        assertThat(learnt.contract().promises().mask()).isEqualTo(contract.promises().mask());
        assertThat(effect.outputs()).isEqualTo(said.outputs());
        assertThat(effect.number()).isEqualTo(said.number());
        assertThat(Contract.parse(learnt.contract().toString())).isEqualTo(learnt.contract());
    }

    /// Nobody can guess that inputs are stored on purpose where no module was.
    private static Contract asMeant(Effect said, Contract learnt) {
        return said.inputsWhenUnreached() && said.instruction() == Instruction.SEAMCALL
                ? Contract.parse(learnt + "unreached=input\n") : learnt;
    }

    static List<Contract> broken() {
        return SpecimenResult.all().stream().filter(contract -> contract.signature().convention().isC()
                && contract.mnemonic().equals("TDCALL")
                && Set.of("callee-saved", "stack-balance", "leak-out", "direction-flag").contains(
                        contract.specimen().orElseThrow().breaks())).toList();
    }

    /// What needs no promise is found without one.
    @ParameterizedTest
    @MethodSource("broken")
    void what_is_broken_is_found_without_a_contract(Contract contract) {
        Image image = Image.named("specimens");
        Learnt learnt;
        try {
            learnt = learn(image, contract);
        } catch (LearningException e) {
            return;
        }

        assertThat(new Verifier(image, SEED, Verifier.ITERATIONS).verify(Target.throughGate(
                image.code(contract.symbol()), learnt.contract())).holds()).as("%s, seed %d", learnt, SEED).isFalse();
    }

    @Test
    void a_function_without_an_instruction_is_learnt_by_where_it_faults() {
        Code code = new Code("copy", MachineCode.of("mov rax, [rsi + 16]\nmov [rdi + 32], rax\nret").reinterpret(0));

        Contract contract = Learner.learn(Image.shim(), code, Bridge.NONE, Convention.SYSV, SEED).contract();

        assertThat(contract.signature().arguments()).extracting(Argument::toString).startsWith("a0:inout[5]",
                "a1:inout[3]");
    }

    @Test
    void firmware_has_its_own_registers() {
        Contract contract = Contract.parse("symbol=ms_rsi_changed\nconvention=ms-x64");
        Learnt learnt = Learner.learn(Image.named("twins"), Image.named("twins").code("ms_rsi_changed"),
                Bridge.GATE_CALL, contract.signature().convention(), SEED);

        assertThat(learnt.contract().effect().orElseThrow().inputs().get(Gpr.R12)).hasToString("a0");
        assertThat(learnt.contract().leaf()).isEqualTo("Instruction.HLT");
    }

    @Test
    void what_does_not_return_by_itself_is_broken() {
        Code code = new Code("stops", MachineCode.of("mov rax, [rdi]\nud2").reinterpret(0));
        Contract contract = Learner.learn(Image.shim(), code, Bridge.NONE, Convention.SYSV, SEED).contract();

        Verdict verdict = new Verifier(Image.shim(), SEED, 1).verify(new Target(code, contract, Bridge.NONE));

        assertThat(verdict.findings()).extracting(Finding::rule).containsOnly(Rule.CRASH);
    }

    @Test
    void what_is_called_points_to_a_function() {
        Code code = new Code("calls", MachineCode.of("jmp rdi").reinterpret(0));

        Learnt learnt = Learner.learn(Image.shim(), code, Bridge.NONE, Convention.SYSV, SEED);

        assertThat(learnt.contract().signature().arguments().getFirst()).hasToString("a0:fn");
        assertThat(learnt.assumptions()).contains("calls a0, which returned a random value");
    }
}
