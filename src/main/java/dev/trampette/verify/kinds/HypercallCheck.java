package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.HypercallInterface;
import dev.trampette.spec.Instruction;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Origins;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a wrapper of VMCALL, VMMCALL or VMGEXIT promises: its inputs in their registers, and the result passed on. What
/// the hypervisor may write is lost behind the instruction, and all else is as it was.
///
/// Where nobody knows whose interface it is, the hypervisor answers in RAX and keeps the rest: the least that any does.
/// VMFUNC, which a hypervisor has set up before, changes no register at all.
public final class HypercallCheck implements Check<HypercallCheck.Outcome> {

    /// What the hypervisor answers in RAX, or that there is none.
    enum Outcome {
        SUCCESS, ERROR, RANDOM, LOW, HIGH, UD, GP;

        private boolean isFault() {
            return this == UD || this == GP;
        }

        @Override
        public String toString() {
            return switch (this) {
                case RANDOM -> "random-result";
                case LOW -> "low-result";
                case HIGH -> "high-result";
                default -> name().toLowerCase(Locale.ROOT);
            };
        }
    }

    /// Errors of hypervisors are small negative numbers: those of KVM and Xen end here.
    private static final int ERRORS = 1001;

    private final Trial trial;
    private final Contract contract;
    private final Effect effect;
    private final Optional<HypercallInterface> known;
    /// What the hypervisor writes.
    private final Map<Gpr, Long> written = new EnumMap<>(Gpr.class);

    public HypercallCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.effect = contract.effect().orElseThrow();
        this.known = effect.hypercall();
    }

    @Override
    public List<Outcome> outcomes() {
        return List.of(Outcome.values()).stream().filter(outcome -> effect.faults() || !outcome.isFault()).toList();
    }

    @Override
    public void script(Outcome outcome) {
        written.clear();
        Reply reply = trial.script().answer(0);
        switch (outcome) {
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
            default -> answer(outcome, reply);
        }
    }

    private void answer(Outcome outcome, Reply reply) {
        Map<Gpr, Long> any = new EnumMap<>(Gpr.class);
        EnumSet.allOf(Gpr.class).forEach(register -> any.put(register, trial.random().nextLong()));
        lost().forEach(register -> written.put(register, any.get(register)));
        results().forEach(register -> written.put(register, trial.round().bits(0, 1, trial.random())));
        results().stream().findFirst().ifPresent(status -> written.put(status, switch (outcome) {
            case SUCCESS -> 0L;
            case ERROR -> -1L - trial.random().nextInt(ERRORS);
            case LOW -> trial.random().nextLong() & 0xffffffffL;
            case HIGH -> trial.random().nextLong() << 32;
            default -> trial.random().nextLong();
        }));
        written.forEach(reply::write);
        reply.flags(trial.random().nextLong());
    }

    private List<Gpr> results() {
        return known.map(HypercallInterface::results)
                .orElse(effect.instruction() == Instruction.VMFUNC ? List.of() : List.of(Gpr.RAX));
    }

    private Set<Gpr> lost() {
        Set<Gpr> lost = EnumSet.noneOf(Gpr.class);
        known.ifPresent(one -> lost.addAll(one.lost(effect.inputs().keySet())));
        lost.addAll(effect.written());
        return lost;
    }

    @Override
    public int executions(Outcome outcome) {
        return 1;
    }

    /// A wrapper may stop when a hypercall does not succeed.
    @Override
    public void crashed(Outcome outcome, Case c, WrapperCrash crash) {
        if (crash.kind() == WrapperCrash.Kind.PANIC && outcome != Outcome.SUCCESS
                && trial.script().executions() == 1) {
            return;
        }
        c.crashed(crash, outcome.isFault());
    }

    @Override
    public void look(Outcome outcome, Case c, Observation seen) {
        if (!c.isReached(1, seen)) {
            return;
        }
        Execution execution = trial.script().execution(0);
        Registers at = execution.registers();
        c.instruction(execution);
        effect.inputs().forEach((register, source) -> {
            c.expectAt(execution, isNumber(register) ? Rule.SELECTOR : Rule.INPUT, register.toString(),
                    trial.arguments().value(source), at.get(register));
            seen.put(register + " at the instruction", at.get(register));
        });
        known.flatMap(HypercallInterface::number).ifPresent(register ->
                seen.put(register + " at the instruction", at.get(register)));
        c.preserves();
        result(outcome, c, seen);
        if (!outcome.isFault()) {
            contract.signature().left().forEach(register -> c.expect(Rule.OUTPUT, register.toString(),
                    written.getOrDefault(register, at.get(register)), c.after().get(register)));
        }
        trial.arguments().check(c, (output, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            output(outcome, c, output, where, filled, actual);
        });
    }

    private boolean isNumber(Gpr register) {
        return known.flatMap(HypercallInterface::number).filter(register::equals).isPresent();
    }

    /// Passed on whole, or as far as its type goes; what becomes of a fault is the wrapper's own.
    private void result(Outcome outcome, Case c, Observation seen) {
        Gpr status = contract.signature().status();
        if (contract.signature().isVoid()) {
            return;
        }
        long bits = contract.signature().result().map(Argument.Type::significantBits).orElse(-1L);
        long actual = c.after().get(status) & bits;
        seen.put(status.toString(), actual);
        if (!outcome.isFault() && !results().isEmpty()) {
            c.expect(outcome == Outcome.SUCCESS ? Rule.OUTPUT : Rule.STATUS, status.toString(),
                    written.get(results().getFirst()) & bits, actual);
        }
    }

    private void output(Outcome outcome, Case c, int output, String where, long filled, long actual) {
        boolean isStored = output < effect.outputs().size() && !outcome.isFault()
                && effect.stored().on(results().isEmpty() ? 0 : written.get(results().getFirst()));
        if (isStored) {
            Gpr register = effect.outputs().get(output);
            c.expect(outcome == Outcome.SUCCESS ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where,
                    written.getOrDefault(register, trial.script().execution(0).registers().get(register)), actual);
        } else if (!effect.outputs().isEmpty()) {       // else nobody says what is written
            c.expect(output < effect.outputs().size() ? Rule.OUTPUT_ON_FAILURE : Rule.MEMORY, where, filled, actual);
        }
    }

    @Override
    public void addTo(Origins origins) {
        written.forEach((register, value) -> origins.add("the hypervisor's " + register, value));
    }
}
