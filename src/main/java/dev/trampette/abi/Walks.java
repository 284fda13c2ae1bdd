package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.ImageException;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Listing;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Makes calls of a routine step by step, and shows them to all that look at steps. A step is a signal, of some
/// microseconds: so there are few such calls.
final class Walks {

    /// Rounds in which each outcome has one.
    static final int ROUNDS = 2;
    /// Machine instructions of a call that are kept.
    private static final int STEPS = 4096;

    private final Trial trial;
    private final List<Looker> lookers;
    private final Recording recording;
    private Listing listing;
    private final Set<Long> listed = new TreeSet<>();

    Walks(Trial trial, List<Looker> lookers, Arena arena) {
        this.trial = trial;
        this.lookers = lookers;
        this.recording = Recording.withStack(STEPS, arena);
        this.listing = Listing.of(Set.of(), trial.target().landmarks());
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
        List<Recording.Step> steps = recording.steps();
        list(steps);
        Walk walk = new Walk(trial, c, recording, steps, recording.missed(), end, trial.instructions(), listing);
        lookers.forEach(looker -> looker.look(walk));
    }

    /// What was not met before is disassembled.
    private void list(List<Recording.Step> steps) {
        Landmarks landmarks = trial.target().landmarks();
        Set<Long> met = steps.stream().map(Recording.Step::rip).filter(landmarks::isOwn)
                .collect(Collectors.toSet());
        if (listed.addAll(met)) {
            try {
                listing = Listing.of(listed, landmarks);
            } catch (ImageException e) {
                // There is no objdump: rules that need one find nothing.
            }
        }
    }
}
