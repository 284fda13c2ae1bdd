package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.probe.Report;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.VmxError;
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
import java.util.OptionalLong;

/// What a wrapper promises that executes one VMX instruction, and returns 0, or 1 after it called an error handler: its
/// operands at the instruction, what the handler is told, and the words behind a pointer.
public final class VmxCheck implements Check<VmxOutcome> {

    private final Trial trial;
    private final Contract contract;
    private final Instruction instruction;
    private final Effect.Failure failure;
    private final boolean pointer;
    private long read;

    public VmxCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.instruction = contract.effect().orElseThrow().instruction();
        this.failure = contract.effect().orElseThrow().failure();
        this.pointer = contract.signature().parameters().get(1).isPointer();
    }

    @Override
    public List<VmxOutcome> outcomes() {
        return VmxOutcome.all(contract.effect().orElseThrow());
    }

    /// The operand may be where the pointer points, or on the stack of the routine.
    @Override
    public void script(VmxOutcome outcome) {
        trial.script().allow(0, trial.arguments().only());
        trial.script().allow(1, trial.probe().stack());
        read = trial.round().bits(0, 1, trial.random());
        Reply reply = trial.script().answer(0);
        outcome.script(reply);
        if (outcome == VmxOutcome.SUCCESS && instruction == Instruction.VMREAD) {
            reply.operand(read);
        }
    }

    @Override
    public int executions(VmxOutcome outcome) {
        return 1;
    }

    @Override
    public boolean mayEnd(VmxOutcome outcome) {
        return outcome != VmxOutcome.SUCCESS;
    }

    @Override
    public void crashed(VmxOutcome outcome, Case c, WrapperCrash crash) {
        c.crashed(crash, outcome.isFault());
    }

    @Override
    public void look(VmxOutcome outcome, Case c, Observation seen) {
        if (c.isTurnedAway(OptionalLong.of(0), seen) || !c.isReached(1, seen)) {
            return;
        }
        long[] arguments = arguments();
        atInstruction(c, trial.script().execution(0), arguments, seen);
        c.preserves();
        Gpr status = contract.signature().status();
        if (!contract.signature().isVoid()) {
            long bits = contract.signature().significantBits();
            c.expect(Rule.STATUS, status.toString(), outcome.result(failure, 0, 1) & bits,
                    c.after().get(status) & bits);
            seen.put(status.toString(), c.after().get(status) & bits);
        }
        handler(outcome, c, arguments, seen);
        boolean stored = outcome == VmxOutcome.SUCCESS;
        trial.arguments().check(c, (output, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            c.expect(stored ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where,
                    stored ? read & trial.arguments().outputBits(output) : filled, actual);
        });
    }

    @Override
    public void addTo(Origins origins) {
        origins.add("what VMREAD read", read);
    }

    /// The arguments as far as they count. A VPID is 16 bits, whatever the type says.
    private long[] arguments() {
        long[] arguments = new long[3];
        for (int i = 0; i < contract.signature().parameters().size(); i++) {
            arguments[i] = trial.arguments().value(i);
        }
        if (instruction == Instruction.INVVPID) {
            arguments[1] &= 0xffff;
        }
        return arguments;
    }

    /// The word that the pointer points to, or the argument.
    private long word(long[] arguments) {
        return pointer ? trial.arguments().element(1, 0) : arguments[1];
    }

    private void atInstruction(Case c, Execution execution, long[] arguments, Observation seen) {
        c.instruction(execution);
        c.operand(execution, trial.arguments().only().address());
        if (!execution.isThere()) {
            return;
        }
        Bridge.Execution decoded = c.decode(execution);
        if (pointer && decoded.operand() instanceof Place.Memory) {
            c.expectAt(execution, Rule.INPUT, "address of the operand", arguments[1], decoded.address());
        }
        long register = execution.registers().get(decoded.register());
        switch (instruction) {
            case VMREAD -> operand(c, execution, "field", arguments[0], register, seen);
            case VMWRITE -> {
                operand(c, execution, "field", arguments[0], register, seen);
                operand(c, execution, "value", word(arguments), execution.operand(0), seen);
            }
            case VMCLEAR, VMPTRLD -> operand(c, execution, "physical address", arguments[1], execution.operand(0),
                    seen);
            default -> {
                operand(c, execution, "type", arguments[0], register, seen);
                operand(c, execution, "descriptor[0]", arguments[1], execution.operand(0), seen);
                operand(c, execution, "descriptor[1]", arguments[2], execution.operand(1), seen);
            }
        }
    }

    private static void operand(Case c, Execution execution, String where, long expected, long actual,
            Observation seen) {
        c.expectAt(execution, Rule.INPUT, where, expected, actual);
        seen.put(where, actual);
    }

    /// Called once, by its name and with its arguments, when the instruction does not succeed; else not at all.
    private void handler(VmxOutcome outcome, Case c, long[] arguments, Observation seen) {
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        List<Report> reported = trial.script().reports();
        boolean fails = outcome != VmxOutcome.SUCCESS && failure.isReported();
        c.expect(rule, "calls of error handlers", fails ? 1 : 0, reported.size());
        if (fails && reported.size() == 1) {
            VmxError expected = outcome.isFault() && instruction != Instruction.VMREAD
                    ? new VmxError.SpuriousFault()
                    : VmxError.of(instruction.number(), arguments[0],
                            instruction == Instruction.VMREAD ? outcome.isFault() ? 1 : 0 : word(arguments),
                            arguments[2]);
            Handlers.compare(c, rule, expected, reported.getFirst(), seen);
        }
    }
}
