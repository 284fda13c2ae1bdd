package dev.trampette.abi;

import dev.trampette.call.Recording;
import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.ImageException;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Listing;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// Finds the instruction that made a register or a flag what it should not be: one more call of the same case, step by
/// step, when something broke.
final class Blame {

    /// Machine instructions of the call.
    private static final int STEPS = 20_000;

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
            Map<Long, Operation> ours = trial.instructions();
            Listing listing = Listing.of(places.values(), trial.target().landmarks());
            places.forEach((finding, rip) -> findings.blame(finding, new Finding.Instruction(trial.place(rip),
                    Optional.ofNullable(ours.get(rip)).map(Operation::text)
                            .or(() -> listing.at(rip).map(Listing.Instruction::text))
                            .orElse("?"))));
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
