package dev.trampette.verify.learn;

import dev.trampette.contract.ContractBuilder;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Instruction;
import java.util.OptionalLong;

/// What a wrapper of VMXON or VMXOFF does.
final class OperationLesson {

    private final Learner learner;
    private final ContractBuilder builder;

    OperationLesson(Learner learner, ContractBuilder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn(Shown first) {
        Instruction instruction = first.executions().getFirst().what().instruction();
        if (first.executions().size() != 1) {
            throw new LearningException(learner.symbol(), "it executes " + instruction + " and more");
        }
        if (instruction == Instruction.VMXON && learner.experiment().words(0) == 0) {
            learner.used().isNumber(0);
        }
        learner.parameters(builder, Argument.Type.IN, -1);
        status(instruction);
    }

    /// 0 on success, and something else otherwise; or nothing, and nobody notices a failure.
    private void status(Instruction instruction) {
        OptionalLong success = Learner.result(learner.again(_ -> { }), learner.again(answer -> answer.flags(0)));
        OptionalLong invalid = Learner.result(learner.again(answer -> answer.flags(Registers.CF)),
                learner.again(answer -> answer.flags(Registers.CF)));
        OptionalLong valid = Learner.result(learner.again(answer -> answer.flags(Registers.ZF)),
                learner.again(answer -> answer.flags(Registers.ZF)));
        if (!success.equals(OptionalLong.of(0))) {
            builder.returnsNothing();
            learner.assume("it does not return 0 on success: nobody looks at what it returns");
        } else if (!invalid.equals(success) && !valid.equals(success)) {
            builder.failure(Learner.unreported(invalid, valid, OptionalLong.empty()));
        } else if (instruction == Instruction.VMXOFF) {
            builder.returnsNothing();
            learner.assume("it does not notice when VMXOFF fails, which happens under a dual-monitor SMM only");
        } else {
            builder.failure(Learner.unreported(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
        }
    }
}
