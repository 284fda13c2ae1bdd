package dev.trampette.verify.walk;

import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.MemoryOperand;
import dev.trampette.decode.Operation;
import dev.trampette.probe.Recording;
import dev.trampette.verdict.Finding;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Instructions;
import dev.trampette.verify.trial.Trial;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// One call of a routine, step by step, that is over.
///
/// @param trial the routine, as the call has left it
/// @param c where findings go
/// @param recording what was kept of it
/// @param steps before each instruction; the last of a call that came back whole is behind the return
/// @param executed how many of them were, from the first on
/// @param end how it ended, when it did not come back
/// @param own the executed steps of the routine's own code, and not of what the lab, or a library, does for it
/// @param instructions the routine's own that were executed
record Walk(Trial trial, Case c, Recording recording, List<Recording.Step> steps, int executed,
        Optional<WrapperCrash> end, BitSet own, Instructions instructions) {

    /// Whether it came back, and every step was kept.
    boolean isWhole() {
        return end.isEmpty() && recording.missed() == 0;
    }

    /// Whether a step is of the routine's own code.
    boolean isOwn(int step) {
        return own.get(step);
    }

    /// Whether it is an instruction of ours, or one beside it, that the lab answers.
    boolean isOurs(int step) {
        return instructions.isOurs(steps.get(step).rip());
    }

    /// What a step does; nothing of one that is not the routine's own, or where it cannot be told.
    Optional<Operation> operation(int step) {
        return isOwn(step) ? instructions.operation(steps.get(step).rip()) : Optional.empty();
    }

    /// The address of what a step accesses, from the base of its segment on.
    long address(int step, Operation operation, MemoryOperand operand) {
        return operand.address(steps.get(step)::get, operation.next());
    }

    /// The instruction of a step, for findings.
    Finding.Instruction instruction(int step) {
        long rip = steps.get(step).rip();
        return new Finding.Instruction(trial.place(rip), instructions.text(rip));
    }

    /// The next step of the routine's own, or the number of those that were executed.
    int nextOwn(int step) {
        int next = own.nextSetBit(step + 1);
        return next < 0 ? executed : next;
    }

    /// Whether a step calls what is none of the routine's own: the next is elsewhere, or behind the call.
    boolean isCallOut(int step) {
        return !isOurs(step) && step + 1 < steps.size()
                && operation(step).filter(it -> it.kind() == Operation.Kind.CALL
                        && (!isOwn(step + 1) || steps.get(step + 1).rip() == it.next())).isPresent();
    }
}
