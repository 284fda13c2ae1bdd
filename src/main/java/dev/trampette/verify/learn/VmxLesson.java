package dev.trampette.verify.learn;

import dev.trampette.contract.ContractBuilder;
import dev.trampette.contract.Effect;
import dev.trampette.contract.Step;
import dev.trampette.shim.Registers;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a wrapper of VMX instructions does. One that calls the error handlers of Linux has Linux's contract; of others
/// each instruction is listed, with its operands, and the verifier sees whether a failure is told from success.
final class VmxLesson {

    private final Learner learner;
    private final ContractBuilder builder;

    VmxLesson(Learner learner, ContractBuilder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn(Shown first) {
        List<Step> steps = new Steps(learner).list((operands, _) -> operands);
        Shown failed = learner.failing(0, reply -> reply.flags(Registers.CF));
        if (!failed.reports().isEmpty() && !isOfOneArgument(failed) && isOfLinux(steps)) {
            return;
        }
        Optional<Argument.Type> result = learner.result().filter(_ -> IntStream.range(0, steps.size()).noneMatch(step ->
                isReported(step) && learner.steady(step, reply -> reply.flags(Registers.CF)).isEmpty()));
        result.ifPresent(builder::result);
        learner.influences(_ -> true);
        builder.executes(withArguments(steps)).failure(Effect.Failure.UNREPORTED);
        learner.parameters(builder, steps, first);
        if (result.isEmpty()) {
            learner.assume("nothing comes back in RAX; result=void says that no failure need be told");
        }
    }

    /// Whether an error handler is told of a failure: then what is in RAX may be what the handler left there.
    private boolean isReported(int step) {
        return !learner.failing(step, reply -> reply.flags(Registers.CF)).reports().isEmpty();
    }

    /// When neither of the first two arguments matters, what is in the registers of the others is garbage.
    private List<Step> withArguments(List<Step> steps) {
        if (learner.used().isFirstUsed()) {
            return steps;
        }
        learner.used().forgetNumbers();
        return steps.stream().map(step -> {
            Map<String, Source> known = new LinkedHashMap<>(step.operands());
            known.values().removeIf(Source.Parameter.class::isInstance);
            return new Step(step.instruction(), known);
        }).toList();
    }

    /// Whether vmread_error() is told the field alone, as in a kernel whose compiler has outputs of asm goto.
    private static boolean isOfOneArgument(Shown failed) {
        Shown.Executed at = failed.executions().getFirst();
        List<Long> told = failed.reports().getFirst().arguments();
        return at.what().instruction() == Instruction.VMREAD && told.getFirst().equals(at.operands().get("field"))
                && (told.get(1) & VmxError.BOOL) != 0;
    }

    /// Whether it has the arguments in the order of Linux: then the handlers must be told what they are told there.
    private boolean isOfLinux(List<Step> steps) {
        Step step = steps.getFirst();
        Map<String, Source> operands = step.operands();
        boolean isOne = steps.size() == 1;
        return switch (step.instruction()) {
            case VMREAD -> isOne && is(operands, "field", 0) && reads();
            case VMWRITE -> {
                boolean is = isOne && is(operands, "field", 0) && is(operands, "value", 1);
                if (is) {
                    learner.parameters(builder, Argument.Type.IN, -1);
                    if (learner.result().isEmpty()) {
                        builder.returnsNothing();
                    }
                }
                yield is;
            }
            default -> false;
        };
    }

    private static boolean is(Map<String, Source> operands, String name, int argument) {
        return new Source.Parameter(Used.name(argument)).equals(operands.get(name));
    }

    /// Returned, or stored where the second argument points to.
    private boolean reads() {
        long value = learner.random().nextLong();
        Shown read = learner.again(reply -> reply.operand(value));
        boolean isStored = read.written()[1].length > 0 && read.written()[1][0] == value;
        if (isStored || read.after(Gpr.RAX) == value) {
            learner.parameters(builder, Argument.Type.IN, isStored ? 1 : -1);
            return true;
        }
        return false;
    }
}
