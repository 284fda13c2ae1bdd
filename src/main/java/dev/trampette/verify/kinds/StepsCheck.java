package dev.trampette.verify.kinds;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Signature;
import dev.trampette.contract.Step;
import dev.trampette.probe.Execution;
import dev.trampette.probe.Reply;
import dev.trampette.probe.Report;
import dev.trampette.probe.Script;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Source;
import dev.trampette.verdict.Rule;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Leaks;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Origins;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// What a routine promises whose instructions are listed one by one: these, with these operands, when all succeed. What
/// it makes of the answers is its own; but it depends on the arguments and the answers only, and the caller can tell
/// each failure from success.
public final class StepsCheck implements Check<StepOutcome> {

    private static final long FAILURE = 0xC000_0000_0000_0000L;
    /// Bits 14:13 of the number of a VMCS field say its width (SDM volume 3, "VMCS Field Encoding").
    private static final long[] WIDTHS = {0xffff, -1, 0xffffffffL, -1};

    private final Trial trial;
    private final Signature signature;
    private final Effect effect;
    private final List<Step> steps;
    /// What each answer writes: the operand under RSP, for that is never written, and registers.
    private final List<Map<Gpr, Long>> values = new ArrayList<>();
    /// What a caller sees of the last call: the result, what is told to others, words that were written.
    private final Map<String, Long> visible = new LinkedHashMap<>();

    public StepsCheck(Trial trial) {
        this.trial = trial;
        Contract contract = trial.contract();
        this.signature = contract.signature();
        this.effect = contract.effect().orElseThrow();
        this.steps = effect.steps();
    }

    @Override
    public List<StepOutcome> outcomes() {
        return StepOutcome.all(effect);
    }

    @Override
    public void script(StepOutcome outcome) {
        values.clear();
        int answers = Math.min(Script.MOST, steps.size() + 1);
        for (int n = 0; n < answers; n++) {
            // One register of one answer is at an end in a round: two that are equal would stand in for each other.
            Map<Gpr, Long> written = new EnumMap<>(Gpr.class);
            Step step = steps.get(Math.min(n, steps.size() - 1));
            boolean isLeaf = step.instruction().isLeaf();
            int registers = Gpr.values().length;
            for (Gpr register : Gpr.values()) {
                written.put(register, isLeaf ? trial.round().bits(n * registers + register.ordinal(),
                        answers * registers, trial.random()) : register == Gpr.RSP
                        ? trial.round().bits(n, answers, trial.random()) : trial.random().nextLong());
            }
            values.add(written);
        }
        answer(outcome);
    }

    private void answer(StepOutcome outcome) {
        answer(outcome, false);
    }

    /// @param isWritten whether a failure too writes what success would: then only the flags or the status tell
    private void answer(StepOutcome outcome, boolean isWritten) {
        trial.script().clear();
        trial.allowOperands();
        for (int n = 0; n < values.size(); n++) {
            Step step = steps.get(Math.min(n, steps.size() - 1));
            Reply reply = trial.script().answer(n);
            if (step.instruction().isLeaf()) {
                leaf(step, outcome.of(n), reply, values.get(n), isWritten);
            } else {
                vmx(outcome.of(n), reply, values.get(n).get(Gpr.RSP), isWritten);
            }
        }
    }

    private static void vmx(StepOutcome.How how, Reply reply, long operand, boolean isWritten) {
        if (isWritten) {
            reply.operand(operand);
        }
        switch (how) {
            case VMFAIL_INVALID -> reply.flags(Registers.CF);
            case VMFAIL_VALID -> reply.flags(Registers.ZF);
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
            default -> reply.flags(0).operand(operand);
        }
    }

    private void leaf(Step step, StepOutcome.How how, Reply reply, Map<Gpr, Long> written, boolean isWritten) {
        long code = code(written.get(Gpr.RAX));
        boolean isVmcall = StepOutcome.isVmcall(step);
        boolean isAnswered = how == StepOutcome.How.SUCCESS || how == StepOutcome.How.R10
                || how == StepOutcome.How.RAX && !isVmcall;
        if (isAnswered || isWritten) {
            write(isVmcall, reply, written);
        }
        switch (how) {
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
            case NO_MODULE -> reply.flags(Registers.CF);
            default -> {
                long carry = step.instruction() == Instruction.SEAMCALL ? Registers.CF : 0;
                reply.flags(written.get(Gpr.RSP) & ~carry).write(Gpr.RAX, how == StepOutcome.How.RAX ? code : 0);
                if (isVmcall && how != StepOutcome.How.RAX) {
                    reply.write(Gpr.R10, how == StepOutcome.How.R10 ? code : 0);
                }
            }
        }
    }

    /// What the VMM or the TDX module writes, beside the status.
    private void write(boolean isVmcall, Reply reply, Map<Gpr, Long> written) {
        for (Gpr register : isVmcall ? Gpr.selectedBy(Leaf.LEGAL_MASK) : effect.written()) {
            if (isVmcall && register != Gpr.R10) {
                reply.expose(register, written.get(register));
            } else if (!isVmcall && register != Gpr.RAX) {
                reply.write(register, written.get(register));
            }
        }
    }

    /// An error; the lower half has details, and often there are none.
    private long code(long random) {
        long any = FAILURE | random >>> 2;
        return trial.round().number() / 2 % 2 == 0 ? any & -1L << 32 : any;
    }

    @Override
    public boolean mayEnd(StepOutcome outcome) {
        return !outcome.isSuccess();
    }

    @Override
    public void ended(StepOutcome outcome, Case c, Observation seen) {
        visible.clear();
        externals();
    }

    /// A failure may be told to somebody else.
    private void externals() {
        trial.script().externalCalls().forEach(call -> visible.merge(
                "calls of " + trial.externals().name(call.external()), 1L, Long::sum));
    }

    @Override
    public void crashed(StepOutcome outcome, Case c, WrapperCrash crash) {
        visible.clear();
        visible.put("crash", crash.rip());
        if (outcome.isSuccess() || !crash.isStop()) {
            c.crashed(crash, outcome.isFault());
        }
    }

    @Override
    public void look(StepOutcome outcome, Case c, Observation seen) {
        visible.clear();
        if (c.isTurnedAway(OptionalLong.empty(), seen)) {
            return;
        }
        long executions = trial.script().executions();
        seen.put("executions", executions);
        if (executions == 0) {
            c.broken(Rule.NOT_REACHED, "instruction");
            return;
        }
        long least = outcome.isSuccess() ? steps.size() : outcome.step() + 1;
        boolean isExact = outcome.isSuccess() && steps.size() < Script.MOST;
        if (isExact || executions < least) {
            c.expect(Rule.CALLS, "executions of instructions", least, executions);
        }
        c.preserves();
        List<Long> secrets = new ArrayList<>();
        for (int n = 0; n < trial.script().recorded(); n++) {
            atInstruction(outcome, c, n, seen, secrets);
        }
        result(c, seen);
        Set<Gpr> looked = EnumSet.allOf(Gpr.class);
        looked.remove(signature.status());
        new Leaks(secrets).look(trial.probe(), c, looked);
        trial.arguments().check(c, (_, where, filled, actual) -> {
            seen.putOutput(where, filled, actual);
            if (actual != filled) {
                visible.put(where, actual);
            }
        });
        externals();
    }

    private void atInstruction(StepOutcome outcome, Case c, int n, Observation seen, List<Long> secrets) {
        Execution execution = trial.script().execution(n);
        Bridge.Execution decoded = c.decode(execution);
        Optional<Step> step = n < steps.size() && (outcome.isSuccess() || n <= outcome.step())
                ? Optional.of(steps.get(n)) : Optional.empty();
        String call = trial.script().recorded() == 1 ? "" : " of call " + (n + 1);
        step.ifPresent(one -> c.instruction(execution, one.instruction()));
        c.operand(execution, 0);
        seen.put("instruction" + call, decoded.instruction().number());
        Map<String, Long> operands = execution.operands(decoded);
        boolean isLeaf = decoded.instruction().isLeaf();
        operands.forEach((name, value) -> {
            Optional<Source> source = step.map(one -> one.operands().get(name))
                    .filter(trial.arguments()::isThere);
            long counts = significant(decoded.instruction(), name, operands);
            source.ifPresent(known -> c.expectAt(execution, isSelector(decoded.instruction(), name) ? Rule.SELECTOR
                    : Rule.INPUT, name + call, trial.arguments().value(known) & counts, value & counts));
            if (!isLeaf || source.isPresent()) {
                seen.put(name + call, value & counts);
            }
        });
        boolean isVmcall = step.map(StepOutcome::isVmcall).orElseGet(() -> StepOutcome.isVmcall(steps.getFirst())
                && decoded.instruction() == Instruction.TDCALL && execution.registers().get(Gpr.RAX) == 0);
        if (isVmcall) {
            exposed(c, execution, step, call);
            if (outcome.of(n) != StepOutcome.How.RAX) {
                Set<Gpr> written = Gpr.selectedBy(operands.get("rcx") & Leaf.LEGAL_MASK);
                written.removeAll(Set.of(Gpr.RAX, Gpr.R10));
                written.removeAll(outputs(step));
                Map<Gpr, Long> answer = values.get(Math.min(n, values.size() - 1));
                written.forEach(register -> secrets.add(answer.get(register)));
            }
        }
    }

    /// The outputs of a leaf that is in the tables: they may stay in registers.
    private static Set<Gpr> outputs(Optional<Step> step) {
        Optional<Source> number = step.map(one -> one.operands().get(Gpr.R11.toString()));
        return LeafTable.of(Family.TDVMCALL).leaves().stream()
                .filter(leaf -> number.equals(Optional.of(new Source.Constant(leaf.number()))))
                .flatMap(leaf -> leaf.outputRegisters().stream()).collect(Collectors.toSet());
    }

    /// What a VMM may see is an input, or 0, unless the caller says what it may see.
    private void exposed(Case c, Execution execution, Optional<Step> step, String call) {
        Registers at = execution.registers();
        if (step.isPresent() && !(step.get().operands().get(Gpr.RCX.toString()) instanceof Source.Constant)) {
            return;
        }
        c.expectAt(execution, Rule.EXPOSURE, "illegal bits of rcx" + call, 0,
                at.get(Gpr.RCX) & ~Leaf.LEGAL_MASK);
        for (Gpr register : Gpr.selectedBy(at.get(Gpr.RCX) & Leaf.LEGAL_MASK)) {
            if (step.isPresent() && !step.get().operands().containsKey(register.toString())) {
                c.expectAt(execution, register == Gpr.R10 ? Rule.SELECTOR : Rule.LEAK_OUT, register + call, 0,
                        at.get(register));
            }
        }
    }

    private static boolean isSelector(Instruction instruction, String name) {
        return instruction.isLeaf() && Set.of("rax", "r10").contains(name);
    }

    /// The bits of an operand that count: VMWRITE ignores what is above the width of its field.
    private static long significant(Instruction instruction, String name, Map<String, Long> operands) {
        return instruction == Instruction.VMWRITE && name.equals("value")
                ? WIDTHS[(int) (operands.get("field") >>> 13 & 3)] : -1;
    }

    private void result(Case c, Observation seen) {
        signature.result().ifPresent(type -> {
            long result = c.after().get(signature.status()) & type.significantBits();
            seen.put(signature.status().toString(), result);
            visible.put("result", result);
        });
        List<Report> reports = trial.script().reports();
        for (int n = 0; n < reports.size(); n++) {
            String handler = reports.get(n).error().handler();
            seen.put("call of " + handler, 1);
            visible.put("report " + n, (long) handler.hashCode());
        }
    }

    /// A failure must be seen: by the result, by what is written, by an error handler, or because the routine stops.
    @Override
    public Optional<Rule> unnoticed(StepOutcome outcome, Runnable call) {
        if (outcome.isSuccess() || signature.isVoid() || trial.round().number() % 2 == 1) {
            return Optional.empty();
        }
        answer(outcome, true);
        call.run();
        Map<String, Long> failed = new LinkedHashMap<>(visible);
        trial.changeUnnamed();
        call.run();
        failed.entrySet().retainAll(visible.entrySet());
        trial.changeUnnamed();
        answer(new StepOutcome(0, StepOutcome.How.SUCCESS, outcome.isAlone()));
        call.run();
        boolean differs = failed.entrySet().stream().anyMatch(one -> !one.getValue().equals(visible.get(one.getKey())));
        answer(outcome);
        return differs ? Optional.empty() : Optional.of(outcome.isFault() ? Rule.FAULT : Rule.STATUS);
    }

    @Override
    public void addTo(Origins origins) {
        for (int n = 0; n < values.size(); n++) {
            String call = steps.size() == 1 ? "" : " of call " + (n + 1);
            Instruction instruction = steps.get(Math.min(n, steps.size() - 1)).instruction();
            if (instruction.isLeaf()) {
                values.get(n).forEach((register, value) -> origins.add("the other side's " + register + call, value));
            } else {
                origins.add("what %s read%s".formatted(instruction, call), values.get(n).get(Gpr.RSP));
            }
        }
    }
}
