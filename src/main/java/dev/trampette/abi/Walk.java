package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.Listing;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One call of a routine, step by step, that is over.
///
/// @param trial the routine, as the call has left it
/// @param c where findings go
/// @param recording what was kept of it
/// @param steps before each instruction; the last of a call that came back whole is behind the return
/// @param missed how many more there were
/// @param end how it ended, when it did not come back
/// @param ours the instructions of ours by their addresses
/// @param own the steps of the routine's own code, and not of what the lab, or a library, does for it
/// @param listing the routine's own instructions that were executed
record Walk(Trial trial, Case c, Recording recording, List<Recording.Step> steps, long missed,
        Optional<WrapperCrash> end, Map<Long, Operation> ours, BitSet own, Listing listing) {

    /// How many of the steps were executed, from the first on: a step behind the return is none.
    int executed() {
        return steps.size() - (isWhole() && !steps.isEmpty() ? 1 : 0);
    }

    /// Whether it came back, and every step was kept.
    boolean isWhole() {
        return end.isEmpty() && missed == 0;
    }

    /// Whether a step is of the routine's own code.
    boolean isOwn(int step) {
        return own.get(step);
    }

    /// Whether it is an instruction of ours, or one beside it, that the lab answers.
    boolean isOurs(int step) {
        return ours.containsKey(steps.get(step).rip());
    }

    /// What a step of the routine's own does, when it can be told.
    Optional<Operation> operation(int step) {
        long rip = steps.get(step).rip();
        return Optional.ofNullable(ours.get(rip)).or(() -> listing.at(rip).map(Listing.Instruction::operation));
    }

    /// The instruction of a step, for findings.
    Finding.Instruction instruction(int step) {
        long rip = steps.get(step).rip();
        return new Finding.Instruction(trial.place(rip), Optional.ofNullable(ours.get(rip)).map(Operation::text)
                .or(() -> listing.at(rip).map(Listing.Instruction::text)).orElse("?"));
    }

    /// The next step of the routine's own, or the number of those that were executed.
    int nextOwn(int step) {
        int next = own.nextSetBit(step + 1);
        return next < 0 ? executed() : Math.min(next, executed());
    }

    /// Whether a step calls what is none of the routine's own: the next is elsewhere, or behind the call.
    boolean isCallOut(int step) {
        return !isOurs(step) && step + 1 < steps.size()
                && operation(step).filter(it -> it.kind() == Operation.Kind.CALL
                        && (!isOwn(step + 1) || steps.get(step + 1).rip() == it.next())).isPresent();
    }
}
