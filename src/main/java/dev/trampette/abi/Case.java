package dev.trampette.abi;

import dev.trampette.call.Execution;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Contract;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.util.Optional;
import java.util.function.Consumer;

/// One probed call that is over: what it was, and the promises that every routine has to keep.
final class Case {

    /// Bytes below RSP that an interrupt overwrites.
    private static final long RED_ZONE = 128;

    private final Trial trial;
    private final Contract contract;
    private final String outcome;
    private final Consumer<Origins> answers;
    private final Findings sink;
    private Origins origins;

    /// @param outcome what the instruction answered
    /// @param answers adds the values that the instruction wrote to those that findings name
    /// @param sink where findings go
    Case(Trial trial, String outcome, Consumer<Origins> answers, Findings sink) {
        this.trial = trial;
        this.contract = trial.contract();
        this.outcome = outcome;
        this.answers = answers;
        this.sink = sink;
    }

    /// The registers at the call.
    Registers before() {
        return trial.probe().before();
    }

    /// The registers after it.
    Registers after() {
        return trial.probe().after();
    }

    void expect(Rule rule, String where, long expected, long actual) {
        expect(rule, where, expected, actual, Optional.empty());
    }

    /// The same, at an instruction.
    void expectAt(Execution execution, Rule rule, String where, long expected, long actual) {
        if (expected != actual) {
            expect(rule, where, expected, actual, Optional.of(trial.probe().locate(execution.registers().rip())));
        }
    }

    /// The instruction was executed, and as often as it must be.
    ///
    /// @return whether there is anything to look at
    boolean isReached(long expected, Observation seen) {
        long executions = trial.script().executions();
        seen.put("executions", executions);
        if (executions == 0) {
            broken(Rule.NOT_REACHED, "instruction");
            return false;
        }
        expect(Rule.CALLS, "executions of the instruction", expected, executions);
        return true;
    }

    /// It is the instruction that it must be.
    void instruction(Execution execution, String expected) {
        String actual = execution.registers().instruction().name();
        if (!actual.equals(expected)) {
            broken(Rule.SELECTOR, "%s, not %s".formatted(actual, expected),
                    Optional.of(trial.probe().locate(execution.registers().rip())));
        }
    }

    /// The operand in memory is where an operand may be, and not where an interrupt writes.
    ///
    /// @param expected where it must be, as far as that is known
    void operand(Execution execution, long expected) {
        Registers at = execution.registers();
        if (!execution.isThere()) {
            expectAt(execution, Rule.INPUT, "address of the operand", expected, at.memoryOperand());
        } else if (at.isMemoryOperand()) {
            long below = at.get(Gpr.RSP) - at.memoryOperand();
            if (below > 0 && below <= RED_ZONE) {
                broken(Rule.RED_ZONE, "the operand is at [rsp - %d]".formatted(below),
                        Optional.of(trial.probe().locate(at.rip())));
            }
        }
    }

    void broken(Rule rule, String where) {
        broken(rule, where, Optional.empty());
    }

    void expect(Rule rule, String where, long expected, long actual, Optional<String> at) {
        if (expected != actual && sink.wants(rule, where, outcome)) {
            Rule cause = origins().isRedZone(actual) ? Rule.RED_ZONE : rule;
            sink.accept(new Finding(contract.symbol(), cause, outcome, where, Optional.of(new Finding.Values(
                    expected, origins().of(expected), actual, origins().of(actual), false)), at));
        }
    }

    private void broken(Rule rule, String where, Optional<String> at) {
        sink.accept(new Finding(contract.symbol(), rule, outcome, where, Optional.empty(), at));
    }

    /// The routine did not return.
    void crashed(WrapperCrash crash, boolean faulted) {
        new StateRules(this, trial).segments();
        Rule rule = switch (crash.kind()) {
            case FAULT -> Rule.FAULT;
            case HANG, BUDGET, STEPS -> Rule.HANG;
            case LOST_STACK, WILD_RETURN -> Rule.STACK_BALANCE;
            case PANIC, SIGNAL, JUMP, STACK_OVERFLOW -> faulted ? Rule.FAULT : Rule.CRASH;
        };
        String message = crash.getMessage();
        String buffer = crash.address().isEmpty() ? ""
                : trial.arguments().near(crash.address().getAsLong()).map(near -> ", " + near).orElse("");
        broken(rule, message.substring(0, message.length() - crash.place().length() - " at ".length()) + buffer,
                Optional.of(crash.place()));
    }

    /// What differs from a call with the same declared arguments.
    void depends(Rule rule, String where, long first, long second) {
        sink.accept(new Finding(contract.symbol(), rule, outcome, where, Optional.of(new Finding.Values(
                first, origins().of(first), second, origins().of(second), true)), Optional.empty()));
    }

    /// All that does not depend on what the routine is for: see [StateRules].
    void preserves() {
        new StateRules(this, trial).check();
    }

    private Origins origins() {
        if (origins == null) {
            origins = new Origins();
            answers.accept(origins);
            trial.addTo(origins);
        }
        return origins;
    }
}
