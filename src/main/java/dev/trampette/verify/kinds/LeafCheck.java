package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Promises;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Stored;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Leaks;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Origins;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a wrapper of TDCALL or SEAMCALL promises: its inputs in their registers at the instruction, and of what the
/// answer writes the outputs in memory or in registers, and nothing else.
///
/// What may be written: by a VMM the registers that the RCX mask exposes, by the TDX module the outputs of the leaf.
public final class LeafCheck implements Check<Answer> {

    private final Trial trial;
    private final Contract contract;
    private final Effect effect;
    private final boolean vmcall;
    /// What a VMM must see: R10, R11, inputs and outputs.
    private final long needed;
    /// The outputs that the leaf has by its table: a wrapper that asks for none may leave them where they are.
    private final Set<Gpr> answered;

    /// What each answer writes, where it may.
    private final List<Map<Gpr, Long>> poison = new ArrayList<>();

    public LeafCheck(Trial trial) {
        this.trial = trial;
        this.contract = trial.contract();
        this.effect = contract.effect().orElseThrow();
        this.vmcall = contract.promises().mask().isPresent();
        this.needed = Gpr.R10.maskBit() | Gpr.R11.maskBit()
                | Gpr.mask(Stream.of(effect.inputs().keySet(), effect.outputs(), effect.returned().values())
                        .flatMap(Collection::stream)
                        .filter(register -> register != Gpr.RAX));
        this.answered = LeafTable.all().stream().filter(leaf -> leaf.title().equals(effect.leaf())).findFirst()
                .map(leaf -> Set.copyOf(leaf.outputRegisters())).orElse(Set.of());
    }

    @Override
    public List<Answer> outcomes() {
        return Answer.to(contract, trial.random());
    }

    @Override
    public String name(Answer answer) {
        return answer.name();
    }

    @Override
    public void script(Answer answer) {
        poison.clear();
        for (int n = 0; n < answer.steps(); n++) {
            Map<Gpr, Long> values = new EnumMap<>(Gpr.class);
            for (Gpr register : Gpr.values()) {
                int output = contract.promises().scrubsRegisters() ? -1 : effect.outputs().indexOf(register);
                values.put(register, output < 0 ? trial.random().nextLong()
                        : trial.round().bits(output, effect.outputs().size(), trial.random()));
            }
            poison.add(values);
            step(answer.to(n), trial.script().answer(n), values);
            trial.script().answer(n).stores(isWriting(answer.to(n)));
        }
        trial.arguments().addTo(trial.script());
    }

    /// An instruction that succeeds writes what the contract says that it writes.
    private static boolean isWriting(Answer answer) {
        return answer.isReached() && !answer.isRefused() && answer.status() == 0;
    }

    private static boolean hasWritten(Answer answer, int executions) {
        return IntStream.range(0, executions).anyMatch(n -> isWriting(answer.to(n)));
    }

    /// What a VMM writes, except the outputs of the leaf and the status; or what a guest left behind a `scrub` leaf.
    @Override
    public boolean isScrambled(Answer answer) {
        if (!answer.isWritten()) {
            return false;
        }
        boolean any = false;
        for (int n = 0; n < answer.steps(); n++) {
            Map<Gpr, Long> values = poison.get(n);
            for (Gpr register : mayNotStay(answer.to(n), EnumSet.complementOf(EnumSet.of(Gpr.RAX, Gpr.RSP)))) {
                values.put(register, trial.random().nextLong());
                any = true;
            }
            step(answer.to(n), trial.script().answer(n), values);
        }
        return any;
    }

    private void step(Answer answer, Reply reply, Map<Gpr, Long> values) {
        switch (answer) {
            case Answer.Fault fault -> reply.fault(fault.vector());
            case Answer.NoModule _ -> reply.flags(Registers.CF);
            case Answer.Vmm vmm -> {
                reply.write(Gpr.RAX, vmm.rax()).flags(trial.random().nextLong());
                if (vmm.rax() == 0) {
                    values.put(Gpr.R10, vmm.status());
                    values.forEach((register, value) -> {
                        if (register != Gpr.RAX && register != Gpr.R10) {
                            reply.expose(register, value);
                        }
                    });
                    reply.write(Gpr.R10, vmm.status());
                }
            }
            case Answer.Module module -> {
                status(reply, module.status());
                byModule(module).forEach(register -> reply.write(register, values.get(register)));
                if (contract.promises().scrubsAll()) {
                    reply.vectors();                    // a guest ran, and it has vectors
                }
            }
            case Answer.Refusal refusal -> status(reply, refusal.status());
            case Answer.Again _ -> throw new IllegalArgumentException("an answer in an answer");
        }
    }

    /// CF says after SEAMCALL whether the module was reached, and nothing after TDCALL.
    private void status(Reply reply, long status) {
        long carry = effect.instruction() == Instruction.SEAMCALL ? Registers.CF : 0;
        reply.write(Gpr.RAX, status).flags(trial.random().nextLong() & ~carry);
    }

    @Override
    public int executions(Answer answer) {
        return panics(answer) ? 0 : answer.executions();
    }

    @Override
    public boolean mayEnd(Answer answer) {
        return answer.isFault() || (answer.isRefused() ? panics(answer) : answer.status() != 0);
    }

    @Override
    public void ended(Answer answer, Case c, Observation seen) {
        atInstructions(c, answer, seen);
    }

    @Override
    public void crashed(Answer answer, Case c, WrapperCrash crash) {
        if (crash.isStop() && panics(answer)) {
            c.expect(Rule.CALLS, "instruction", 1, trial.script().executions());
        } else {
            c.crashed(crash, answer.isFault());
            atInstructions(c, answer, new Observation());
        }
    }

    @Override
    public void look(Answer answer, Case c, Observation seen) {
        if (c.isTurnedAway(OptionalLong.of(0), seen) || !c.isReached(answer.executions(), seen)) {
            return;
        }
        if (panics(answer)) {
            c.broken(Rule.STATUS, "returned although RAX was not 0");
            return;
        }
        atInstructions(c, answer, seen);
        c.preserves();
        status(c, answer, seen);
        if (effect.carry()) {
            c.expect(Rule.STATUS, "rflags.cf", answer.isReached() ? 0 : 1, c.after().rflags() & Registers.CF);
        }
        int recorded = trial.script().recorded();
        Execution last = trial.script().execution(recorded - 1);
        ToLongFunction<Gpr> came = answer.isWritten() ? poison(recorded - 1)::get : last.registers()::get;
        scrubbed(c, answer);
        left(c, answer, came);
        returned(c, answer, came, seen);
        trial.arguments().setWritten(hasWritten(answer, recorded));
        trial.arguments().check(c, (output, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            output(c, answer, output, where, filled, actual, came);
        });
    }

    private void status(Case c, Answer answer, Observation seen) {
        if (contract.signature().isVoid()) {
            return;
        }
        Gpr status = contract.signature().status();
        long bits = contract.signature().significantBits();
        long actual = c.after().get(status) & bits;
        seen.put(status.toString(), actual);
        if (answer instanceof Answer.Vmm(_, long rax, _) && rax != 0) {
            if (effect.refusal() == Effect.Refusal.RAX) {
                c.expect(Rule.STATUS, status.toString(), rax & bits, actual);
            } else if (actual == 0 && (rax & bits) != 0) {
                c.broken(Rule.STATUS, "%s is 0 although RAX was not".formatted(status));
            }
        } else {
            c.expect(answer.isFault() ? Rule.FAULT : Rule.STATUS, status.toString(), expected(answer) & bits, actual);
        }
    }

    /// A status of its own where there was no module, when the contract says one.
    private long expected(Answer answer) {
        return answer instanceof Answer.NoModule ? effect.failure().invalid().orElse(answer.status())
                : answer.isFault() ? effect.failure().fault().orElse(answer.status()) : answer.status();
    }

    /// Whether the routine stops on an answer.
    private boolean panics(Answer answer) {
        return answer.isRefused() && effect.refusal() == Effect.Refusal.UD2;
    }

    @Override
    public void addTo(Origins origins) {
        String whose = vmcall ? "the VMM's " : "the TDX module's ";
        for (int n = 0; n < poison.size(); n++) {
            String call = poison.size() == 1 ? "" : " of call " + (n + 1);
            poison.get(n).forEach((register, value) -> origins.add(whose + register + call, value));
        }
    }

    /// The registers that the one who answers may write, RAX apart.
    private Set<Gpr> written(Answer answer, Registers at) {
        return switch (answer) {
            case Answer.Vmm _ -> Gpr.selectedBy(at.get(Gpr.RCX) & 0xffff & ~Gpr.RAX.maskBit() & ~Gpr.RSP.maskBit());
            case Answer.Module module -> byModule(module);
            default -> Set.of();
        };
    }

    private Set<Gpr> byModule(Answer.Module module) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        registers.addAll(effect.outputs());
        registers.addAll(effect.returned().values());
        registers.addAll(effect.written());
        registers.addAll(contract.signature().left());
        registers.remove(Gpr.RAX);
        if (module.tramplesRbp()) {
            registers.add(Gpr.RBP);         // a guest ran
        }
        return registers;
    }

    private void atInstructions(Case c, Answer answer, Observation seen) {
        int recorded = trial.script().recorded();
        for (int n = 0; n < recorded; n++) {
            atInstruction(c, answer.to(n), trial.script().execution(n), recorded == 1 ? "" : " of call " + (n + 1),
                    seen);
        }
    }

    private void atInstruction(Case c, Answer answer, Execution execution, String call, Observation seen) {
        Registers at = execution.registers();
        c.instruction(execution);
        if (vmcall) {
            for (Gpr register : List.of(Gpr.RAX, Gpr.R10)) {
                if (!effect.inputs().containsKey(register)) {
                    c.expectAt(execution, Rule.SELECTOR, register + call, 0, at.get(register));
                }
            }
            long mask = at.get(Gpr.RCX);
            c.expectAt(execution, Rule.EXPOSURE, "rcx" + call, contract.promises().mask().orElseThrow(), mask);
            c.expectAt(execution, Rule.EXPOSURE, "illegal bits of rcx" + call, 0, mask & ~Leaf.LEGAL_MASK);
            c.expectAt(execution, Rule.EXPOSURE, "what the leaf needs and rcx does not expose" + call, 0,
                    needed & ~mask);
            seen.put("rcx at the instruction" + call, mask);
        }
        effect.inputs().forEach((register, source) -> {
            if (!trial.arguments().isThere(source)) {
                return;
            }
            long expected = trial.arguments().value(source);
            c.expectAt(execution, isSelector(register) ? Rule.SELECTOR : Rule.INPUT, register + call, expected,
                    at.get(register));
            seen.put(register + " at the instruction" + call, at.get(register));
        });
        for (Gpr register : written(answer, at)) {
            boolean answers = vmcall ? register == Gpr.R10
                    : register == Gpr.RBP || effect.written().contains(register);
            if (!answers && !effect.inputs().containsKey(register)) {
                c.expectAt(execution, vmcall ? Rule.LEAK_OUT : Rule.UNDEFINED_READ, register + call, 0,
                        at.get(register));
            }
        }
    }

    private boolean isSelector(Gpr register) {
        return register == Gpr.RAX || vmcall && (register == Gpr.R10 || register == Gpr.R11);
    }

    /// No register holds what somebody untrusted wrote: a VMM's values but for the leaf's outputs and the status, or
    /// what a guest left, which is in callee-saved registers too and must be in none; nor the complement or a half of
    /// it.
    private void scrubbed(Case c, Answer answer) {
        List<Long> secrets = new ArrayList<>();
        for (int n = 0; n < trial.script().recorded(); n++) {
            Map<Gpr, Long> values = poison(n);
            Set<Gpr> written = written(answer.to(n), trial.script().execution(n).registers());
            for (Gpr source : mayNotStay(answer.to(n), written)) {
                secrets.add(values.get(source));
            }
        }
        Set<Gpr> looked = vmcall ? EnumSet.allOf(Gpr.class) : EnumSet.copyOf(Convention.SYSV.lost());
        looked.remove(contract.signature().status());
        new Leaks(secrets).look(trial.probe(), c, looked);
    }

    /// Of the registers that an answer writes those whose values nobody may keep.
    private Set<Gpr> mayNotStay(Answer answer, Set<Gpr> written) {
        Set<Gpr> registers = EnumSet.noneOf(Gpr.class);
        boolean untrusted = contract.promises().scrub() != Promises.Scrub.NONE && answer instanceof Answer.Vmm;
        if (untrusted || contract.promises().scrubsRegisters() && answer instanceof Answer.Module) {
            registers.addAll(written);
            contract.signature().left().forEach(registers::remove);
            if (vmcall && !contract.promises().scrubsAll()) {
                registers.remove(Gpr.R10);
            }
            if (vmcall && !contract.promises().scrubsRegisters()) {
                effect.outputs().forEach(registers::remove);
                effect.returned().values().forEach(registers::remove);
                registers.removeAll(answered);
            }
        }
        return registers;
    }

    /// What the nth execution wrote.
    private Map<Gpr, Long> poison(int execution) {
        return poison.get(Math.min(execution, poison.size() - 1));
    }

    /// What came back is in the registers that the contract names; where nobody was there to write, what was in them at
    /// the instruction.
    private void left(Case c, Answer answer, ToLongFunction<Gpr> came) {
        for (Gpr register : contract.signature().left()) {
            c.expect(answer.status() == 0 ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, register.toString(),
                    came.applyAsLong(register), c.after().get(register));
        }
    }

    /// An output that comes back in a register is there when it has a meaning; else anything is.
    private void returned(Case c, Answer answer, ToLongFunction<Gpr> came, Observation seen) {
        boolean isStored = effect.stored() == Stored.NEVER ? answer.status() == 0
                : effect.stored().on(answer.status());
        if (isStored && answer.isReached()) {
            effect.returned().forEach((place, from) -> {
                c.expect(answer.status() == 0 ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, place.toString(),
                        came.applyAsLong(from), c.after().get(place));
                seen.put(place + " as an output", c.after().get(place));
            });
        }
    }

    /// An output is stored when it has a meaning, and the word is as it was when not. Where the module was not reached
    /// it is as it was too, or, when the contract says so, the input of the register.
    private void output(Case c, Answer answer, int output, String where, long filled, long actual,
            ToLongFunction<Gpr> came) {
        if (output >= effect.outputs().size()) {
            c.expect(Rule.MEMORY, where, filled, actual);
            return;
        }
        Gpr register = effect.outputs().get(output);
        boolean stored = effect.stored().on(answer.status())
                && (answer.isReached() || effect.inputsWhenUnreached());
        long value = trial.arguments().outputBits(output) & (register == Gpr.RAX && answer.isReached() ? answer.rax()
                : came.applyAsLong(register));
        c.expect(answer.status() == 0 ? Rule.OUTPUT : Rule.OUTPUT_ON_FAILURE, where, stored ? value : filled, actual);
    }
}
