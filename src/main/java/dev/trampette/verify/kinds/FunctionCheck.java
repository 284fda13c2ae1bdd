package dev.trampette.verify.kinds;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.contract.Promises;
import dev.trampette.contract.Signature;
import dev.trampette.probe.State;
import dev.trampette.spec.Argument;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Places;
import java.util.List;
import java.util.Optional;

/// What a C function promises that executes no instruction of ours: its convention, the memory that it may write, and
/// that its result depends on its arguments only.
public final class FunctionCheck implements Check<String> {

    /// The place of the result.
    public static final String RESULT = Signature.RESULT;

    private final Trial trial;
    private final Contract contract;
    private final Signature signature;

    public FunctionCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.signature = contract.signature();
    }

    @Override
    public List<String> outcomes() {
        return List.of("return");
    }

    @Override
    public void look(String outcome, Case c, Observation seen) {
        c.preserves();
        seen.put("returned", 1);
        observe(c, seen);
    }

    /// What the contract names of a call that came back.
    public void observe(Case c, Observation seen) {
        signature.results().forEach(part -> result(part, c, seen));
        signature.left().forEach(register -> seen.put(register.toString(), c.after().get(register)));
        State after = trial.probe().stateAfter();
        if (contract.promises().changes().contains(Promises.Changeable.MXCSR)) {
            seen.put("mxcsr", after.mxcsr() & State.MXCSR_CONTROL);
        }
        if (contract.promises().changes().contains(Promises.Changeable.X87)) {
            seen.put("x87 control word", after.x87Control());
        }
        trial.arguments().observe(c, seen, contract.promises().ignored(),
                Optional.of(Signature.RESULT).filter(_ -> signature.isReturnedInMemory()));
        if (signature.isReturnedInMemory()) {
            c.expect(Rule.OUTPUT, "%s, the address of the result".formatted(signature.status()),
                    trial.arguments().value(0), c.after().get(signature.status()));
        }
    }

    private void result(Parameter part, Case c, Observation seen) {
        long value = part.taken(Places.after(trial.probe(), part.place()));
        seen.put(part.number() == 0 ? part.name() : "%s, %s".formatted(part.name(), part.place()), value);
        if (part.type() == Argument.Type.BOOL) {                // psABI 3.1.2, "Booleans": bits 7:1 are 0
            c.expect(Rule.OUTPUT, part.name() + ", a bool, which is 0 or 1", value == 0 ? 0 : 1, value);
        }
    }
}
