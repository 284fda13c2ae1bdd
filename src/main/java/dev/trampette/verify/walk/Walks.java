package dev.trampette.verify.walk;

import dev.trampette.call.ImageException;
import dev.trampette.call.WrapperCrash;
import dev.trampette.probe.Recording;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Instructions;
import dev.trampette.verify.trial.Trial;
import java.lang.foreign.Arena;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Makes calls of a routine step by step, and shows them to all that look at steps. A step is a signal, of some
/// microseconds: so there are few such calls.
public final class Walks {

    /// Rounds in which each outcome has one, and how many there are of a routine with few outcomes.
    private static final int ROUNDS = 2;
    static final int LEAST = 8;
    /// Machine instructions of a call that are kept.
    private static final int STEPS = 4096;

    private final Trial trial;
    private final List<Looker> lookers;
    private final Recording recording;
    private Instructions instructions;
    private final Set<Long> listed = new TreeSet<>();

    public Walks(Trial trial, List<Looker> lookers, Arena arena) {
        this.trial = trial;
        this.lookers = lookers;
        this.recording = Recording.withStack(STEPS, arena);
        this.instructions = Instructions.of(trial, Set.of());
    }

    /// In so many rounds each outcome has one.
    public static int rounds(int outcomes) {
        return Math.max(ROUNDS, LEAST / Math.max(outcomes, 1));
    }

    /// One call of the case as it is.
    ///
    /// @param c where findings go
    public void make(Case c) {
        Optional<WrapperCrash> end = Optional.empty();
        try {
            trial.record(recording);
        } catch (WrapperCrash crash) {
            end = Optional.of(crash);
        }
        List<Recording.Step> steps = recording.steps();
        int executed = recording.executed(end.isEmpty());
        BitSet own = own(steps.subList(0, executed));
        list(own.stream().mapToObj(n -> steps.get(n).rip()).collect(Collectors.toSet()));
        Walk walk = new Walk(trial, c, recording, steps, executed, end, own, instructions);
        lookers.forEach(looker -> looker.look(walk));
    }

    private BitSet own(List<Recording.Step> steps) {
        BitSet own = new BitSet();
        Map<Long, Boolean> known = new HashMap<>();
        for (int n = 0; n < steps.size(); n++) {
            own.set(n, known.computeIfAbsent(steps.get(n).rip(), trial.target().landmarks()::isOwn));
        }
        return own;
    }

    /// What was not met before is disassembled.
    private void list(Set<Long> met) {
        if (listed.addAll(met)) {
            try {
                instructions = Instructions.of(trial, listed);
            } catch (ImageException e) {
                // There is no objdump: rules that need one find nothing.
            }
        }
        instructions = new Instructions(trial.instructions(), instructions.listing());
    }
}
