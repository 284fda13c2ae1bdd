package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Effect;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Report;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Origins;
import java.util.ArrayList;
import java.util.List;

/// What a wrapper promises that returns what VMREAD read, of one field or of a sequence of eight. A read that does not
/// succeed must count as 0 and call the C error handler with (field, fault).
public final class VmreadCheck implements Check<VmxSequence> {

    private final Trial trial;
    /// The fields of a sequence, in order; none when the one field is the argument.
    private final Effect effect;
    private final List<Long> sequence;
    private final List<VmxOutcome> answers = new ArrayList<>();
    private final List<Long> values = new ArrayList<>();

    public VmreadCheck(Trial trial) {
        this.trial = trial;
        this.effect = trial.contract().effect().orElseThrow();
        this.sequence = effect.fields();
    }

    @Override
    public List<VmxSequence> outcomes() {
        return VmxSequence.all(reads() > 1, effect.faults());
    }

    @Override
    public void script(VmxSequence outcome) {
        trial.script().allow(1, trial.probe().stack());
        answers.clear();
        values.clear();
        for (int n = 0; n < reads(); n++) {
            VmxOutcome answer = outcome.at(n);
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
    public int executions(VmxSequence outcome) {
        return reads();
    }

    @Override
    public boolean mayEnd(VmxSequence outcome) {
        return answers.stream().anyMatch(answer -> answer != VmxOutcome.SUCCESS);
    }

    @Override
    public void crashed(VmxSequence outcome, Case c, WrapperCrash crash) {
        c.crashed(crash, outcome.isFault());
    }

    @Override
    public void look(VmxSequence outcome, Case c, Observation seen) {
        if (!c.isReached(reads(), seen)) {
            return;
        }
        int executions = (int) Math.min(trial.script().executions(), reads());
        c.preserves();
        for (int n = 0; n < executions; n++) {
            Execution execution = trial.script().execution(n);
            c.instruction(execution);
            c.operand(execution, 0);
            long field = field(c, n);
            c.expectAt(execution, Rule.INPUT, sequence.isEmpty() ? "field" : "field[%d]".formatted(n),
                    sequence.isEmpty() ? trial.arguments().value(0) : sequence.get(n), field);
            seen.put("field[%d]".formatted(n), field);
        }
        List<VmxError> expected = result(c, executions);
        seen.put("the result", c.after().get(trial.contract().signature().status())
                & trial.contract().signature().significantBits());
        handler(outcome, c, expected, seen);
    }

    @Override
    public void addTo(Origins origins) {
        values.forEach(value -> origins.add("what VMREAD read", value));
    }

    /// One read returns the value. A sequence returns the sum of the values and of its arguments.
    private List<VmxError> result(Case c, int executions) {
        List<VmxError> expected = new ArrayList<>();
        long value = 0;
        for (int n = 0; n < executions; n++) {
            value += answers.get(n).result(effect.failure(), values.get(n), 0);
            if (answers.get(n) != VmxOutcome.SUCCESS && effect.failure().isReported()) {
                expected.add(new VmxError.Vmread(field(c, n), answers.get(n).isFault()));
            }
        }
        for (int i = 0; !sequence.isEmpty() && i < trial.contract().signature().parameters().size(); i++) {
            value += trial.arguments().value(i);
        }
        Gpr register = trial.contract().signature().status();
        boolean isSuccess = answers.stream().limit(executions).allMatch(answer -> answer == VmxOutcome.SUCCESS);
        long bits = trial.contract().signature().significantBits();
        c.expect(isSuccess ? Rule.OUTPUT : Rule.STATUS, register.toString(), value & bits,
                c.after().get(register) & bits);
        return expected;
    }

    /// The field that the nth execution read.
    private long field(Case c, int n) {
        Execution execution = trial.script().execution(n);
        return execution.registers().get(c.decode(execution).register());
    }

    private int reads() {
        return Math.max(1, sequence.size());
    }

    private void handler(VmxSequence outcome, Case c, List<VmxError> expected, Observation seen) {
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        List<Report> reported = trial.script().reports();
        c.expect(rule, "calls of vmread_error", expected.size(), reported.size());
        for (int i = 0; i < Math.min(expected.size(), reported.size()); i++) {
            Handlers.compare(c, rule, expected.get(i), reported.get(i), seen);
        }
    }
}
