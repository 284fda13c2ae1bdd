package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.ImageException;
import dev.trampette.image.Listing;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One call of a routine, step by step, that is over.
///
/// @param trial the routine, as the call has left it
/// @param c where findings go
/// @param recording what was kept of it
/// @param steps before each instruction; the last of a call that came back whole is behind the return
/// @param missed how many more there were
/// @param end how it ended, when it did not come back
record Walk(Trial trial, Case c, Recording recording, List<Recording.Step> steps, long missed,
        Optional<WrapperCrash> end) {

    /// How many of the steps were executed, from the first on: a step behind the return is none.
    int executed() {
        return steps.size() - (isWhole() && !steps.isEmpty() ? 1 : 0);
    }

    /// Whether it came back, and every step was kept.
    boolean isWhole() {
        return end.isEmpty() && missed == 0;
    }

    /// Whether a step is of the routine's own code, and not of what the lab, or a library, does for it.
    boolean isOwn(int step) {
        return trial.target().landmarks().isOwn(steps.get(step).rip());
    }

    /// The instruction of a step, for findings.
    Finding.Instruction instruction(int step) {
        long rip = steps.get(step).rip();
        return new Finding.Instruction(trial.place(rip), Optional.ofNullable(trial.instructions().get(rip))
                .map(Operation::text).or(() -> text(rip)).orElse("?"));
    }

    private Optional<String> text(long rip) {
        try {
            return Listing.of(Set.of(rip), trial.target().landmarks()).at(rip).map(Listing.Instruction::text);
        } catch (ImageException e) {
            return Optional.empty();        // there is no objdump
        }
    }
}
