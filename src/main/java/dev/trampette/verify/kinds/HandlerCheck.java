package dev.trampette.verify.kinds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.probe.Report;
import dev.trampette.shim.VmxError;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import java.util.List;

/// What the trampoline from inline assembly to `vmread_error()` promises: both arguments are on the stack, the handler
/// gets them, every register is as it was, and the slot of `fault` is 0, to be popped as the result.
public final class HandlerCheck implements Check<String> {

    private final Trial trial;

    public HandlerCheck(Trial trial) {
        this.trial = trial;
    }

    @Override
    public List<String> outcomes() {
        return List.of("reported");
    }

    @Override
    public void look(String outcome, Case c, Observation seen) {
        List<Report> reports = trial.script().reports();
        if (reports.isEmpty()) {
            c.broken(Rule.NOT_REACHED, "vmread_error");
            return;
        }
        c.expect(Rule.CALLS, "executions of the instruction", 0, trial.script().executions());
        c.expect(Rule.CALLS, "calls of vmread_error", 1, reports.size());
        c.preserves();
        long field = trial.arguments().value(0);
        boolean fault = trial.arguments().value(1) != 0;
        Handlers.compare(c, Rule.STATUS, new VmxError.Vmread(field, fault), reports.getFirst(), seen);
        c.expect(Rule.OUTPUT, "the slot of field", field, slot(0));
        c.expect(Rule.OUTPUT, "the slot of fault", 0, slot(1));
        seen.put("the slot of fault", slot(1));
    }

    private long slot(int word) {
        return trial.probe().frame().getAtIndex(JAVA_LONG, word);
    }
}
