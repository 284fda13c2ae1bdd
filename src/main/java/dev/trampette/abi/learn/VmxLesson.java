package dev.trampette.abi.learn;

import dev.trampette.call.Reply;
import dev.trampette.contract.Contract;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import java.util.OptionalLong;

/// What a wrapper of a VMX instruction does.
final class VmxLesson {

    private final Learner learner;
    private final Contract.Builder builder;

    VmxLesson(Learner learner, Contract.Builder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn(Shown first, Shown second) {
        Instruction instruction = first.executions().getFirst().what().instruction();
        if (instruction != Instruction.VMREAD && instruction != Instruction.VMWRITE) {
            throw new LearningException(learner.symbol(), "it executes " + instruction);
        }
        Gpr register = first.executions().getFirst().what().register();
        boolean isField = learner.source(register, first, second).filter(source ->
                source.equals(new Source.Parameter(Learner.name(0)))).isPresent();
        if (!isField) {
            throw new LearningException(learner.symbol(), "the field is not its first argument");
        }
        boolean isStored = instruction == Instruction.VMREAD ? reads(first) : writes(first, second);
        failures(isStored);
    }

    /// Returned, or stored where the second argument points to.
    private boolean reads(Shown first) {
        long value = learner.random().nextLong();
        Shown read = learner.again(answer -> answer.operand(value));
        if (read.after(Gpr.RAX) == value) {
            learner.parameters(builder, Argument.Type.IN, -1);
            return false;
        }
        if (read.written()[1].length > 0 && read.written()[1][0] == value) {
            learner.parameters(builder, Argument.Type.IN, 1);
            return true;
        }
        throw new LearningException(learner.symbol(), "what VMREAD read is not returned, nor where an argument points");
    }

    private boolean writes(Shown first, Shown second) {
        if (first.executions().getFirst().what().operand() instanceof Place.Register(Gpr value)) {
            learner.source(value, first, second);
        }
        learner.parameters(builder, Argument.Type.IN, -1);
        return true;
    }

    /// @param isStatus whether a status is returned, and not a value
    private void failures(boolean isStatus) {
        Shown invalid = learner.again(answer -> answer.flags(Registers.CF));
        if (invalid.reports() > 0) {
            return;
        }
        Shown invalidAgain = learner.again(answer -> answer.flags(Registers.CF));
        Shown valid = learner.again(answer -> answer.flags(Registers.ZF));
        Shown validAgain = learner.again(answer -> answer.flags(Registers.ZF));
        OptionalLong onInvalid = result(invalid, invalidAgain);
        OptionalLong onValid = result(valid, validAgain);
        builder.failure(Learner.unreported(onInvalid, onValid, OptionalLong.empty()));
        if (isStatus && onInvalid.equals(OptionalLong.of(0))) {
            builder.failure(Learner.unreported(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
        }
        learner.assume("no error handler is called when the instruction fails");
    }

    private static OptionalLong result(Shown one, Shown other) {
        return one.returned() && other.returned() ? Learner.constant(one.after(Gpr.RAX), other.after(Gpr.RAX))
                : OptionalLong.empty();
    }
}
