package dev.trampette.verify.learn;

import dev.trampette.contract.Step;
import dev.trampette.probe.Script;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Source;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.learn.Shown.Executed;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/// Lists the instructions of a routine that has several, for a contract that says which are executed.
final class Steps {

    /// The instructions that can be listed.
    private static final Set<Instruction> CHECKED = EnumSet.of(Instruction.TDCALL, Instruction.SEAMCALL,
            Instruction.VMREAD, Instruction.VMWRITE, Instruction.VMCLEAR, Instruction.VMPTRLD, Instruction.VMPTRST,
            Instruction.INVEPT, Instruction.INVVPID);

    private final Learner learner;
    private final Experiment experiment;
    private final Used used;

    Steps(Learner learner) {
        this.learner = learner;
        this.experiment = learner.experiment();
        this.used = learner.used();
    }

    /// What is executed when all succeeds, with the operands whose values are known. A VMM answers in all that it sees,
    /// so that nothing of it is taken for a constant.
    ///
    /// @param kept the operands that count, of those of an instruction
    List<Step> list(BiFunction<Map<String, Source>, Executed, Map<String, Source>> kept) {
        Shown first = experiment.call(this::answer);
        experiment.renew();
        Shown second = experiment.call(this::answer);
        List<Step> steps = new ArrayList<>();
        for (int n = 0; n < Math.min(first.executions().size(), second.executions().size()); n++) {
            Executed one = first.executions().get(n);
            Executed other = second.executions().get(n);
            Instruction instruction = one.what().instruction();
            if (other.what().instruction() != instruction) {
                break;
            }
            if (!CHECKED.contains(instruction)) {
                throw new UncheckedException(learner.symbol(), instruction);
            }
            Map<String, Source> counting = used.aside(() -> kept.apply(operands(one, other, first, second), one));
            counting.keySet().forEach(name -> used.source(one.operands().get(name), other.operands().get(name), first,
                    second));                       // what does not count says nothing of an argument
            steps.add(new Step(instruction, counting));
        }
        if (first.executions().size() == Script.MOST) {
            learner.assume("the first %d instructions are looked at".formatted(Script.MOST));
        }
        return steps;
    }

    private Map<String, Source> operands(Executed one, Executed other, Shown first, Shown second) {
        Map<String, Source> operands = new LinkedHashMap<>();
        one.operands().forEach((name, value) -> used.source(value, other.operands().getOrDefault(name, ~value), first,
                second).ifPresent(source -> operands.put(name, source)));
        return operands;
    }

    private void answer(Script script) {
        learner.succeed(script);
        for (int n = 0; n < Script.MOST && learner.isVmcall(); n++) {
            for (Gpr register : Gpr.selectedBy(Leaf.LEGAL_MASK)) {
                if (register != Gpr.R10) {
                    script.answer(n).expose(register, learner.random().nextLong());
                }
            }
        }
    }
}
