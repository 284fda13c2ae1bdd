package dev.trampette.verify.learn;

import dev.trampette.call.WrapperCrash;
import dev.trampette.contract.ContractBuilder;
import dev.trampette.contract.Effect;
import dev.trampette.probe.Reply;
import dev.trampette.probe.Script;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Source;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// What a routine does that enters a guest: what it loads, where it goes on when the entry fails, and whether it says
/// itself where a VM exit goes on.
final class EntryLesson {

    private final Learner learner;
    private final ContractBuilder builder;

    EntryLesson(Learner learner, ContractBuilder builder) {
        this.learner = learner;
        this.builder = builder;
    }

    void learn() {
        Shown first = call(answer -> answer.flags(Registers.CF));
        Shown second = call(answer -> answer.flags(Registers.CF));
        boolean isHostWritten = learner.experiment().isHostWritten();
        Shown valid = call(answer -> answer.flags(Registers.ZF));
        Shown validAgain = call(answer -> answer.flags(Registers.ZF));
        if (first.executions().isEmpty() || second.executions().isEmpty()) {
            throw new LearningException(learner.symbol(), "it does not enter a guest in each call");
        }
        builder.instruction(first.executions().getFirst().what().instruction());
        inputs(first, second);
        Optional<String> handler = handler(first, second);
        builder.entry(new Effect.Entry(isHostWritten ? Optional.of(Effect.Entry.WRITTEN) : Optional.empty(), handler));
        boolean isStoring = stores(first) || stores(valid);
        OptionalLong exited = OptionalLong.empty();
        if (isHostWritten) {
            Shown exit = call(this::exit);
            exited = Learner.result(exit, call(this::exit));
            isStoring |= stores(exit);
        } else {
            learner.assume("nobody knows where a VM exit goes on: only entries that fail are tried; say exit=SYMBOL");
        }
        learner.parameters(builder, isStoring ? Argument.Type.INOUT : Argument.Type.IN, -1);
        Shown fault = call(answer -> answer.fault(Registers.UD));
        if (fault.isCrash(WrapperCrash.Kind.FAULT)) {
            builder.neverFaults();
        }
        failures(Learner.result(first, second), Learner.result(valid, validAgain), exited, handler,
                Learner.result(fault, call(answer -> answer.fault(Registers.GP))));
        if (first.isCrash(WrapperCrash.Kind.PANIC)) {
            learner.assume("it stops when the entry fails");
        }
    }

    private Shown call(Consumer<Reply> answer) {
        learner.experiment().renew();
        return learner.experiment().call(script -> {
            beside(script);
            answer.accept(script.answer(0));
        });
    }

    /// The other instructions of VMX succeed.
    static void beside(Script script) {
        script.setBeside(EnumSet.complementOf(EnumSet.of(Instruction.VMLAUNCH, Instruction.VMRESUME)), 0);
    }

    /// A guest leaves values of its own.
    private void exit(Reply answer) {
        EnumSet.complementOf(EnumSet.of(Gpr.RSP)).forEach(register ->
                answer.write(register, learner.random().nextLong()));
        answer.exits();
    }

    private static boolean stores(Shown shown) {
        return !Arrays.deepEquals(shown.memory(), shown.written());
    }

    /// Numbers, and what is loaded from memory.
    private void inputs(Shown first, Shown second) {
        for (Gpr register : EnumSet.complementOf(EnumSet.of(Gpr.RSP))) {
            if (!learner.used().isUntouched(register, first, second)) {
                learner.used().source(register, first, second).filter(source -> !(source instanceof Source.Parameter))
                        .ifPresent(source -> builder.input(register, source));
            }
        }
    }

    /// The argument that a failing entry jumps to.
    private Optional<String> handler(Shown first, Shown second) {
        for (int n = 0; n < Learner.PARAMETERS; n++) {
            if (isJump(first, first.arguments()[n]) && isJump(second, second.arguments()[n])) {
                learner.used().isNumber(n);
                learner.assume("%s is a function, and what it does is not tried".formatted(Used.name(n)));
                return Optional.of(Used.name(n));
            }
        }
        return Optional.empty();
    }

    private static boolean isJump(Shown shown, long target) {
        return shown.crash().map(WrapperCrash::target).filter(OptionalLong.of(target)::equals).isPresent();
    }

    /// What is returned when the entry fails, as far as it is the same each time. When it is 0, as after a VM exit,
    /// nobody notices the failure.
    private void failures(OptionalLong invalid, OptionalLong valid, OptionalLong exited, Optional<String> handler,
            OptionalLong fault) {
        OptionalLong success = OptionalLong.of(0);
        if (handler.isPresent() || invalid.isEmpty() || valid.isEmpty()) {
            builder.returnsNothing();
        } else if (exited.equals(success) && (invalid.equals(success) || valid.equals(success))) {
            builder.failure(Learner.unreported(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
        } else {
            builder.failure(Learner.unreported(invalid, valid, fault));
        }
    }
}
