package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;

/// Makes calls of a routine step by step, and shows them to all that look at steps. A step is a signal, of some
/// microseconds: so there are few such calls.
final class Walks {

    /// Rounds in which each outcome has one.
    static final int ROUNDS = 2;
    /// Machine instructions of a call.
    private static final int STEPS = 4096;

    private final Trial trial;
    private final List<Looker> lookers;
    private final Recording recording;

    Walks(Trial trial, List<Looker> lookers, Arena arena) {
        this.trial = trial;
        this.lookers = lookers;
        this.recording = Recording.withStack(STEPS, arena);
    }

    /// One call of the case as it is.
    ///
    /// @param c where findings go
    void make(Case c) {
        Optional<WrapperCrash> end = Optional.empty();
        try {
            trial.record(recording);
        } catch (WrapperCrash crash) {
            end = Optional.of(crash);
        }
        Walk walk = new Walk(trial, c, recording, recording.steps(), recording.missed(), end);
        lookers.forEach(looker -> looker.look(walk));
    }
}
