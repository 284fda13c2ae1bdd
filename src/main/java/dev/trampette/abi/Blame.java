package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.ImageException;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Listing;
import dev.trampette.image.Operation;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Finds the instruction that made a register or a flag what it should not be: one more call of the same case, step by
/// step, when something broke.
final class Blame {

    /// Machine instructions of the call.
    private static final int STEPS = 20_000;
    /// Instructions before a crash that are shown.
    private static final int LAST = 8;

    private static final Set<WrapperCrash.Kind> ENDLESS = EnumSet.of(WrapperCrash.Kind.STEPS, WrapperCrash.Kind.HANG,
            WrapperCrash.Kind.BUDGET);

    private static final Map<String, Long> FLAGS = Map.of("df", Registers.DF, "ac", Registers.AC, "id", Registers.ID,
            "nt", Registers.NT);

    private final Trial trial;
    private final Findings findings;

    Blame(Trial trial, Findings findings) {
        this.trial = trial;
        this.findings = findings;
    }

    /// Of the findings that are new since the last time, in the call that is just over.
    void ask() {
        ask(trial::record);
    }

    /// The same for the call that a batch has stopped at.
    void askOfBatch() {
        ask(trial::recordAgain);
    }

    /// Of a call that did not come back: the last instructions that it executed, or the loop that it is in.
    void askOfCrash() {
        trail(trial::record);
    }

    /// The same for a call of a batch.
    void askOfCrashInBatch() {
        trail(trial::recordAgain);
    }

    private void trail(Consumer<Recording> record) {
        List<Finding> asked = findings.unasked().stream().filter(finding -> finding.values().isEmpty()).toList();
        if (asked.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Recording recording = new Recording(STEPS, arena);
            boolean isLoop;
            try {
                record.accept(recording);
                return;                     // it comes back when it is stepped
            } catch (WrapperCrash crash) {
                isLoop = ENDLESS.contains(crash.kind());
            }
            Landmarks landmarks = trial.target().landmarks();
            List<Long> own = recording.steps().stream().map(Recording.Step::rip).filter(landmarks::isOwn)
                    .filter(rip -> rip != trial.probe().returnAddress()).toList();
            List<Long> last = isLoop ? loop(own) : own.subList(Math.max(0, own.size() - LAST), own.size());
            Map<Long, String> texts = texts(last);
            Finding.Trail trail = new Finding.Trail(isLoop, last.stream()
                    .map(rip -> new Finding.Instruction(trial.place(rip), texts.get(rip))).toList());
            asked.forEach(finding -> findings.trail(finding, trail));
        } catch (ImageException e) {
            // There is no objdump.
        }
    }

    /// From the last instruction back to where it was executed before.
    private static List<Long> loop(List<Long> executed) {
        int end = executed.size() - 1;
        int before = end < 0 ? -1 : executed.subList(0, end).lastIndexOf(executed.get(end));
        return before < 0 ? List.of() : executed.subList(before + 1, end + 1);
    }

    private Map<Long, String> texts(Collection<Long> places) {
        Map<Long, Operation> ours = trial.instructions();
        Listing listing = Listing.of(places, trial.target().landmarks());
        Map<Long, String> texts = new HashMap<>();
        places.forEach(rip -> texts.put(rip, Optional.ofNullable(ours.get(rip)).map(Operation::text)
                .or(() -> listing.at(rip).map(Listing.Instruction::text)).orElse("?")));
        return texts;
    }

    private void ask(Consumer<Recording> record) {
        List<Finding> asked = findings.unasked().stream().filter(finding -> value(finding).isPresent()).toList();
        if (asked.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Recording recording = new Recording(STEPS, arena);
            record.accept(recording);
            List<Recording.Step> steps = recording.steps();
            Map<Finding, Long> places = new LinkedHashMap<>();
            asked.forEach(finding -> last(steps, value(finding).orElseThrow()).ifPresent(rip ->
                    places.put(finding, rip)));
            Map<Long, String> texts = texts(places.values());
            places.forEach((finding, rip) ->
                    findings.blame(finding, new Finding.Instruction(trial.place(rip), texts.get(rip))));
        } catch (WrapperCrash | ImageException e) {
            // It does not come back when it is stepped, or there is no objdump: nobody is to blame.
        }
    }

    /// What a finding is about, when steps have it.
    private static Optional<ToLongFunction<Recording.Step>> value(Finding finding) {
        String where = finding.where();
        if (finding.values().isEmpty()) {
            return Optional.empty();
        }
        return switch (finding.rule()) {
            case CALLEE_SAVED, UNDECLARED_CLOBBER, DIRECTION_FLAG, ALIGNMENT_CHECK -> Arrays.stream(Gpr.values())
                    .filter(register -> register.toString().equals(where)).findFirst()
                    .<ToLongFunction<Recording.Step>>map(register -> step -> step.get(register))
                    .or(() -> flag(where).map(bit -> step -> step.rflags() & bit));
            default -> Optional.empty();
        };
    }

    private static Optional<Long> flag(String where) {
        return Optional.of(where).filter(it -> it.startsWith("rflags.")).map(it -> it.substring("rflags.".length()))
                .flatMap(name -> Optional.ofNullable(FLAGS.get(name)).or(() -> Arrays.stream(Flag.values())
                        .filter(flag -> flag.name().toLowerCase(Locale.ROOT).equals(name)).findFirst().map(Flag::bit)));
    }

    /// The last instruction of the routine's own that changed it, when it is not what it was.
    private Optional<Long> last(List<Recording.Step> steps, ToLongFunction<Recording.Step> value) {
        if (steps.isEmpty() || value.applyAsLong(steps.getFirst()) == value.applyAsLong(steps.getLast())) {
            return Optional.empty();
        }
        int n = steps.size() - 2;
        while (value.applyAsLong(steps.get(n)) == value.applyAsLong(steps.get(n + 1))) {
            n--;
        }
        Landmarks landmarks = trial.target().landmarks();
        while (n >= 0 && !landmarks.isOwn(steps.get(n).rip())) {
            n--;
        }
        return n < 0 ? Optional.empty() : Optional.of(steps.get(n).rip());
    }
}
