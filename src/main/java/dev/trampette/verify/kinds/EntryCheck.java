package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.UncheckedException;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What a routine promises that enters a guest with VMLAUNCH or VMRESUME: its registers there; the caller's state
/// after a VM exit, whatever the guest left in registers, and after an entry that fails; and that a failing entry goes
/// on as the contract says. Other VMX instructions of the routine succeed.
public final class EntryCheck implements Check<EntryCheck.Outcome> {

    /// What becomes of the entry.
    enum Outcome {
        VM_EXIT, VMFAIL_INVALID, VMFAIL_VALID, UD, GP;

        private boolean isFault() {
            return this == UD || this == GP;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Trial trial;
    private final Contract contract;
    private final Effect effect;
    private final Map<Gpr, Long> guest = new EnumMap<>(Gpr.class);

    /// @throws UncheckedException when the contract names an exit that is not there
    public EntryCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.effect = contract.effect().orElseThrow();
        effect.entry().label().ifPresent(label -> trial.script().setExit(address(label)));
    }

    private long address(String label) {
        return trial.target().bridge() instanceof Bridge.Trap trap && trap.labels().containsKey(label)
                ? trap.labels().get(label) : noSuchExit(label);
    }

    private long noSuchExit(String label) {
        throw new UncheckedException("%s: exit=%s is no global symbol of the object".formatted(contract.symbol(),
                label));
    }

    @Override
    public List<Outcome> outcomes() {
        return Stream.of(Outcome.values())
                .filter(outcome -> effect.faults() || !outcome.isFault())
                .filter(outcome -> effect.entry().exit().isPresent() || outcome != Outcome.VM_EXIT).toList();
    }

    @Override
    public void script(Outcome outcome) {
        trial.script().allow(0, trial.arguments().only());
        trial.script().allow(1, trial.probe().stack());
        trial.script().setBeside(EnumSet.complementOf(EnumSet.of(Instruction.VMLAUNCH, Instruction.VMRESUME)),
                trial.random().nextLong());
        Reply reply = trial.script().answer(0);
        guest.clear();
        switch (outcome) {
            case VM_EXIT -> {
                for (Gpr register : EnumSet.complementOf(EnumSet.of(Gpr.RSP))) {
                    guest.put(register, trial.random().nextLong());
                }
                guest.forEach(reply::write);
                reply.exits();
                if (contract.promises().scrubsAll()) {
                    reply.vectors();
                }
            }
            case VMFAIL_INVALID -> reply.flags(Registers.CF);
            case VMFAIL_VALID -> reply.flags(Registers.ZF);
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
        }
    }

    /// What fails may be tried once more: VMLAUNCH behind VMRESUME.
    @Override
    public int executions(Outcome outcome) {
        return outcome == Outcome.VM_EXIT ? 1 : -1;
    }

    /// A failing entry may go to a handler that does not come back, or stop.
    @Override
    public void crashed(Outcome outcome, Case c, WrapperCrash crash) {
        Optional<Long> handler = handler();
        boolean isJump = crash.kind() == WrapperCrash.Kind.JUMP && crash.target().isPresent();
        if (outcome == Outcome.VM_EXIT || trial.script().executions() == 0) {
            c.crashed(crash, false);
        } else if (handler.isPresent() && isJump) {
            c.expect(Rule.STATUS, "where a failing entry goes", handler.get(), crash.target().getAsLong(),
                    () -> Optional.of(crash.place()));
        } else if (crash.kind() != WrapperCrash.Kind.PANIC || handler.isPresent()) {
            c.crashed(crash, outcome.isFault());
        }
    }

    private Optional<Long> handler() {
        return effect.entry().handler().map(Source.Parameter::new).map(trial.arguments()::value);
    }

    @Override
    public void look(Outcome outcome, Case c, Observation seen) {
        long expected = outcome == Outcome.VM_EXIT ? 1 : trial.script().executions();
        if (!c.isReached(expected, seen)) {
            return;
        }
        Execution execution = trial.script().execution(0);
        Registers at = execution.registers();
        if (!at.instruction().isEntry()) {
            c.instruction(execution);
        }
        effect.inputs().forEach((register, source) -> {
            c.expectAt(execution, Rule.INPUT, register.toString(), trial.arguments().value(source), at.get(register));
            seen.put(register + " at the entry", at.get(register));
        });
        c.preserves();
        if (handler().isPresent() && outcome != Outcome.VM_EXIT && !outcome.isFault()) {
            c.broken(Rule.STATUS, "the entry failed, and it returned");
        }
        status(outcome, c, seen);
        scrubbed(outcome, c);
        boolean isStoring = outcome == Outcome.VM_EXIT;
        trial.arguments().check(c, (output, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            if (isStoring && output < effect.outputs().size()) {
                c.expect(Rule.OUTPUT, where, guest.getOrDefault(effect.outputs().get(output), filled), actual);
            }
        });
    }

    private void status(Outcome outcome, Case c, Observation seen) {
        if (contract.signature().isVoid()) {
            return;
        }
        Gpr status = contract.signature().status();
        long actual = c.after().get(status);
        seen.put(status.toString(), actual);
        OptionalLong expected = switch (outcome) {
            case VM_EXIT -> OptionalLong.empty();
            case VMFAIL_INVALID -> effect.failure().invalid();
            case VMFAIL_VALID -> effect.failure().valid();
            case UD, GP -> effect.failure().fault();
        };
        Rule rule = outcome.isFault() ? Rule.FAULT : Rule.STATUS;
        if (expected.isPresent()) {
            c.expect(rule, status.toString(), expected.getAsLong(), actual);
        } else if (outcome != Outcome.VM_EXIT && !outcome.isFault() && actual == 0) {
            c.broken(rule, "%s is 0 although the entry failed".formatted(status));
        }
    }

    /// Of what the guest left nothing is in a register, where the contract says so.
    private void scrubbed(Outcome outcome, Case c) {
        if (outcome == Outcome.VM_EXIT && contract.promises().scrubsAll()) {
            Set<Gpr> looked = EnumSet.complementOf(EnumSet.of(Gpr.RSP, contract.signature().status()));
            looked.stream().filter(register -> guest.containsValue(c.after().get(register)))
                    .forEach(register -> c.expect(Rule.LEAK_IN, register.toString(), 0, c.after().get(register)));
        }
    }

    @Override
    public void addTo(Origins origins) {
        guest.forEach((register, value) -> origins.add("the guest's " + register, value));
    }
}
