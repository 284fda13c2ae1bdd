package dev.trampette.verify.trial;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Signature;
import dev.trampette.probe.Execution;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.values.Origins;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One probed call that is over: what it was, and the promises that every routine has to keep.
public final class Case {

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
    public Case(Trial trial, String outcome, Consumer<Origins> answers, Findings sink) {
        this.trial = trial;
        this.contract = trial.contract();
        this.outcome = outcome;
        this.answers = answers;
        this.sink = sink;
    }

    /// The same call, of which nobody hears what is wrong.
    public Case unseen() {
        return new Case(trial, outcome, answers, new Findings(Set.of()));
    }

    /// The registers at the call.
    Registers before() {
        return trial.probe().before();
    }

    /// The registers after it.
    public Registers after() {
        return trial.probe().after();
    }

    public void expect(Rule rule, String where, long expected, long actual) {
        expect(rule, where, expected, actual, Optional::empty);
    }

    /// The same, at an instruction.
    public void expectAt(Execution execution, Rule rule, String where, long expected, long actual) {
        expect(rule, where, expected, actual, () ->
                Optional.of(trial.probe().locate(execution.registers().rip())));
    }

    /// The instruction was executed, and as often as it must be.
    ///
    /// @return whether there is anything to look at
    public boolean isReached(long expected, Observation seen) {
        long executions = trial.script().executions();
        seen.put("executions", executions);
        if (executions == 0) {
            broken(Rule.NOT_REACHED, "instruction");
            return false;
        }
        expect(Rule.CALLS, "executions of the instruction", expected, executions);
        return true;
    }

    /// A pointer was NULL, and the routine came back without its instruction: that is not success, and what it returns
    /// depends on nothing else.
    ///
    /// @param success what is returned when all is well, as far as that is known
    /// @return whether there is nothing else to look at
    public boolean isTurnedAway(OptionalLong success, Observation seen) {
        Optional<String> pointer = trial.arguments().nulled();
        if (pointer.isEmpty() || trial.script().executions() > 0) {
            return false;
        }
        preserves();
        Signature signature = contract.signature();
        if (!signature.isVoid()) {
            long result = after().get(signature.status())
                    & signature.result().map(Argument.Type::significantBits).orElse(-1L);
            seen.put(signature.status().toString(), result);
            if (success.isPresent() && success.getAsLong() == result) {
                broken(Rule.STATUS, "%s is %d, and the instruction was not executed".formatted(signature.status(),
                        result));
            }
        }
        trial.arguments().check(this, (_, where, filled, actual) -> seen.putOutput(where, filled, actual));
        return true;
    }

    /// What was executed, as the bridge says.
    public Bridge.Execution decode(Execution execution) {
        return trial.target().bridge().decode(execution.registers());
    }

    /// It is the instruction that it must be.
    public void instruction(Execution execution) {
        instruction(execution, contract.effect().orElseThrow().instruction());
    }

    public void instruction(Execution execution, Instruction expected) {
        Bridge.Execution decoded = decode(execution);
        if (decoded.instruction() != expected) {
            broken(Rule.SELECTOR, "%s, not %s".formatted(decoded.instruction(), expected),
                    Optional.of(trial.probe().locate(decoded.at())));
        }
    }

    /// The operand in memory is where an operand may be, and not where an interrupt writes.
    ///
    /// @param expected where it must be, as far as that is known
    public void operand(Execution execution, long expected) {
        Bridge.Execution decoded = decode(execution);
        if (!execution.isThere()) {
            expectAt(execution, Rule.INPUT, "address of the operand", expected, decoded.address());
        } else if (decoded.operand() instanceof Place.Memory) {
            long below = execution.registers().get(Gpr.RSP) - decoded.address();
            if (below > 0 && below <= RED_ZONE) {
                broken(Rule.RED_ZONE, "the operand is at [rsp - %d]".formatted(below),
                        Optional.of(trial.probe().locate(decoded.at())));
            }
        }
    }

    public void broken(Rule rule, String where) {
        broken(rule, where, Optional.empty());
    }

    /// @param at where, when somebody wants to know
    public void expect(Rule rule, String where, long expected, long actual, Supplier<Optional<String>> at) {
        if (expected != actual && sink.wants(rule, where, outcome)) {
            Rule cause = origins().isRedZone(actual) ? Rule.RED_ZONE : rule;
            report(finding(cause, where, Optional.of(new Finding.Values(OptionalLong.of(expected),
                    origins().of(expected), OptionalLong.of(actual), origins().of(actual), false)), at.get()));
        }
    }

    private void broken(Rule rule, String where, Optional<String> at) {
        report(finding(rule, where, Optional.empty(), at));
    }

    /// What an instruction of the routine has done.
    public void broken(Rule rule, String where, Finding.Instruction by) {
        report(finding(rule, where, Optional.empty(), Optional.of(by.at())).withBlame(Optional.of(by)));
    }

    /// The same, with what must be there and what was.
    public void broken(Rule rule, String where, long expected, OptionalLong actual, Finding.Instruction by) {
        report(finding(rule, where, Optional.of(new Finding.Values(OptionalLong.of(expected),
                origins().of(expected), actual, origin(actual), false)), Optional.of(by.at()))
                .withBlame(Optional.of(by)));
    }

    private void report(Finding finding) {
        sink.accept(finding, outcome, trial::situation);
    }

    private Finding finding(Rule rule, String where, Optional<Finding.Values> values, Optional<String> at) {
        return new Finding(contract.symbol(), rule, List.of(), where, values, at);
    }

    /// Whether the object of the routine calls functions that it does not define.
    public boolean isOfOthers() {
        return !trial.target().outside().isEmpty();
    }

    /// The routine called a function that does not return.
    ///
    /// @param isMeant whether that is a way to end
    public void ended(WrapperCrash end, boolean isMeant) {
        StateRules rules = new StateRules(this, trial);
        rules.segments();
        rules.calls();
        if (!isMeant) {
            broken(Rule.STATUS, "called %s, which does not return".formatted(trial.externals().name(end.external())),
                    Optional.of(end.place()));
        }
    }

    /// The routine did not return.
    public void crashed(WrapperCrash crash, boolean faulted) {
        new StateRules(this, trial).segments();
        Rule rule = switch (crash.kind()) {
            case FAULT -> Rule.FAULT;
            case HANG, BUDGET, STEPS -> Rule.HANG;
            case LOST_STACK, WILD_RETURN -> Rule.STACK_BALANCE;
            case PANIC, SIGNAL, JUMP, END, STACK_OVERFLOW -> faulted ? Rule.FAULT : Rule.CRASH;
        };
        String message = crash.getMessage();
        String buffer = crash.address().isEmpty() ? ""
                : trial.arguments().near(crash.address().getAsLong()).map(near -> ", " + near).orElse("");
        String target = crash.target().isEmpty() ? "" : origin(crash.target());
        String where = message.substring(0, message.length() - crash.place().length() - " at ".length()) + buffer;
        broken(rule, target.isEmpty() ? where : "%s (%s)".formatted(where, target),
                Optional.of(crash.place()));
    }

    /// What differs from a call with the same declared arguments.
    ///
    /// @param first the value in the first call, if it came so far
    /// @param second likewise
    public void depends(Rule rule, String where, OptionalLong first, OptionalLong second) {
        report(finding(rule, where, Optional.of(new Finding.Values(first, origin(first), second, origin(second),
                true)), Optional.empty()));
    }

    /// Where a value of the call is from, or an empty text.
    public String origin(long value) {
        return origins().of(value);
    }

    /// The part of memory that a value points to.
    public Optional<String> area(long value) {
        return origins().area(value);
    }

    private String origin(OptionalLong value) {
        return value.isPresent() ? origins().of(value.getAsLong()) : "";
    }

    /// All that does not depend on what the routine is for: see [StateRules].
    public void preserves() {
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
