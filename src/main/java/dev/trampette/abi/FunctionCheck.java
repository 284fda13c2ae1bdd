package dev.trampette.abi;

import dev.trampette.contract.Signature;
import java.util.List;

/// What a C function promises that executes no instruction of ours: its convention, the memory that it may write, and
/// that its result depends on its arguments only.
final class FunctionCheck implements Check<String> {

    /// The place of the result.
    static final String RESULT = "result";

    private final Trial trial;
    private final Signature signature;

    FunctionCheck(Trial trial) {
        this.trial = trial;
        this.signature = trial.contract().signature();
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
    void observe(Case c, Observation seen) {
        signature.result().ifPresent(type -> seen.put(RESULT, (type.isFloating()
                ? trial.probe().stateAfter().vector(0, 0)
                : c.after().get(signature.status())) & type.significantBits()));
        signature.left().forEach(register -> seen.put(register.toString(), c.after().get(register)));
        trial.arguments().check(c, (_, where, filled, actual) -> seen.putOutput(where, filled, actual));
    }
}
