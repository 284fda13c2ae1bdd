package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Parameter;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.shim.Bridge;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Origins;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What a wrapper promises that begins or ends VMX operation, or asks for the current VMCS: VMXON, VMXOFF, VMPTRST. The
/// operand of VMXON is its first argument, or the word that it points to; what VMPTRST stores comes back there, or as
/// the result. It returns 0 on success, and something else when the instruction fails.
public final class OperationCheck implements Check<VmxOutcome> {

    private final Trial trial;
    private final Contract contract;
    private final Effect effect;
    private final Instruction instruction;
    private final Optional<Parameter> operand;
    private final boolean isPointer;
    private long stored;

    public OperationCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.effect = contract.effect().orElseThrow();
        this.instruction = effect.instruction();
        this.operand = contract.signature().parameters().stream().findFirst();
        this.isPointer = operand.filter(Parameter::isPointer).isPresent();
    }

    /// VMPTRST cannot fail.
    @Override
    public List<VmxOutcome> outcomes() {
        return VmxOutcome.all(effect).stream().filter(outcome -> instruction != Instruction.VMPTRST
                || outcome == VmxOutcome.SUCCESS || outcome.isFault()).toList();
    }

    @Override
    public void script(VmxOutcome outcome) {
        trial.script().allow(0, trial.arguments().only());
        trial.script().allow(1, trial.probe().stack());
        stored = trial.round().bits(0, 1, trial.random());
        Reply reply = trial.script().answer(0);
        outcome.script(reply);
        if (instruction == Instruction.VMPTRST && outcome == VmxOutcome.SUCCESS) {
            reply.operand(stored);
        }
    }

    @Override
    public int executions(VmxOutcome outcome) {
        return 1;
    }

    /// A wrapper may stop when the instruction fails.
    @Override
    public void crashed(VmxOutcome outcome, Case c, WrapperCrash crash) {
        if (crash.kind() != WrapperCrash.Kind.PANIC || outcome == VmxOutcome.SUCCESS
                || trial.script().executions() != 1) {
            c.crashed(crash, outcome.isFault());
        }
    }

    @Override
    public void look(VmxOutcome outcome, Case c, Observation seen) {
        if (!c.isReached(1, seen)) {
            return;
        }
        Execution execution = trial.script().execution(0);
        c.instruction(execution);
        if (instruction != Instruction.VMXOFF) {
            operand(c, execution, seen);
        }
        c.preserves();
        status(outcome, c, seen);
        boolean isStored = instruction == Instruction.VMPTRST && outcome == VmxOutcome.SUCCESS;
        trial.arguments().check(c, (output, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            c.expect(outcome == VmxOutcome.SUCCESS ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where,
                    isStored && output == 0 ? stored : filled, actual);
        });
    }

    private void operand(Case c, Execution execution, Observation seen) {
        c.operand(execution, trial.arguments().only().address());
        if (!execution.isThere() || operand.isEmpty()) {
            return;
        }
        Bridge.Execution decoded = c.decode(execution);
        if (isPointer && instruction == Instruction.VMPTRST && decoded.operand() instanceof Place.Memory) {
            seen.put("address of the operand", decoded.address());
        }
        if (instruction == Instruction.VMXON) {
            long expected = isPointer ? trial.arguments().element(0, 0) : trial.arguments().value(0);
            c.expectAt(execution, Rule.INPUT, "physical address", expected, execution.operand(0));
            seen.put("physical address", execution.operand(0));
        }
    }

    private void status(VmxOutcome outcome, Case c, Observation seen) {
        if (contract.signature().isVoid()) {
            return;
        }
        Gpr status = contract.signature().status();
        long actual = c.after().get(status);
        seen.put(status.toString(), actual);
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        OptionalLong failed = switch (outcome) {
            case SUCCESS -> OptionalLong.of(instruction == Instruction.VMPTRST && !isPointer ? stored : 0);
            case VMFAIL_INVALID -> effect.failure().invalid();
            case VMFAIL_VALID -> effect.failure().valid();
            case UD, GP -> effect.failure().fault();
        };
        if (failed.isPresent()) {
            c.expect(rule, status.toString(), failed.getAsLong(), actual);
        } else if (actual == 0) {
            c.broken(rule, "%s is 0 although the instruction failed".formatted(status));
        }
    }

    @Override
    public void addTo(Origins origins) {
        origins.add("what VMPTRST stored", stored);
    }
}
