package dev.trampette.abi;

import dev.trampette.call.Execution;
import dev.trampette.call.Report;
import dev.trampette.call.WrapperCrash;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.util.ArrayList;
import java.util.List;

/// What a wrapper promises that returns what VMREAD read, of one field or of a sequence of eight. A read that does not
/// succeed must count as 0 and call the C error handler with (field, fault).
final class VmreadCheck implements Check<VmxOutcome> {

    /// The fields of the sequence, in order: EIGHT_READS of `src/main/asm/include/vmx.inc`.
    private static final long[] SEQUENCE = {0x4402, 0x6400, 0x681e, 0x681c, 0x6820, 0x6800, 0x6802, 0x6804};

    private final Trial trial;
    private final boolean sequence;
    private final List<VmxOutcome> answers = new ArrayList<>();
    private final List<Long> values = new ArrayList<>();

    VmreadCheck(Trial trial) {
        this.trial = trial;
        this.sequence = trial.contract().arguments().size() == Argument.MOST;
    }

    @Override
    public List<VmxOutcome> outcomes() {
        return List.of(VmxOutcome.values());
    }

    @Override
    public void script(VmxOutcome outcome) {
        answers.clear();
        values.clear();
        for (int n = 0; n < SEQUENCE.length; n++) {
            VmxOutcome answer = outcome.choose(trial.random());
            long value = trial.round().bits(n, 1, trial.random());
            answers.add(answer);
            values.add(value);
            answer.script(trial.script().answer(n));
            if (answer == VmxOutcome.SUCCESS) {
                trial.script().answer(n).operand(value);
            }
        }
    }

    @Override
    public int executions(VmxOutcome outcome) {
        return sequence ? SEQUENCE.length : 1;
    }

    @Override
    public void crashed(VmxOutcome outcome, Case c, WrapperCrash crash) {
        c.crashed(crash, outcome.isFault());
    }

    @Override
    public void look(VmxOutcome outcome, Case c, Observation seen) {
        int executions = (int) Math.min(trial.script().executions(), SEQUENCE.length);
        seen.put("executions", trial.script().executions());
        if (executions == 0) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        c.expect(Rule.CALLS, "executions of the instruction", sequence ? SEQUENCE.length : 1,
                trial.script().executions());
        c.preserves();
        for (int n = 0; n < executions; n++) {
            Execution execution = trial.script().execution(n);
            long field = execution.registers().get(execution.registers().field());
            c.expectAt(execution, Rule.INPUT, sequence ? "field[%d]".formatted(n) : "field",
                    sequence ? SEQUENCE[n] : trial.arguments().value(0), field);
            seen.put("field[%d]".formatted(n), field);
        }
        List<VmxError> expected = result(c, executions);
        seen.put("rax", c.after().get(Gpr.RAX));
        handler(outcome, c, expected, seen);
    }

    @Override
    public void addTo(Origins origins) {
        values.forEach(value -> origins.add("what VMREAD read", value));
    }

    /// One read returns the value. A sequence returns the sum of the values and of its six arguments.
    private List<VmxError> result(Case c, int executions) {
        List<VmxError> expected = new ArrayList<>();
        long value = 0;
        for (int n = 0; n < executions; n++) {
            if (answers.get(n) == VmxOutcome.SUCCESS) {
                value += values.get(n);
            } else {
                long field = trial.script().execution(n).registers()
                        .get(trial.script().execution(n).registers().field());
                expected.add(new VmxError.Vmread(field, answers.get(n).isFault()));
            }
        }
        for (int i = 0; sequence && i < Argument.MOST; i++) {
            value += trial.arguments().value(i);
        }
        c.expect(expected.isEmpty() ? Rule.OUTPUT : Rule.STATUS, "rax", value, c.after().get(Gpr.RAX));
        return expected;
    }

    private void handler(VmxOutcome outcome, Case c, List<VmxError> expected, Observation seen) {
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        List<Report> reported = trial.script().reports();
        c.expect(rule, "calls of vmread_error", expected.size(), reported.size());
        for (int i = 0; i < Math.min(expected.size(), reported.size()); i++) {
            Handlers.compare(c, rule, expected.get(i), reported.get(i).error(), seen);
        }
    }
}
