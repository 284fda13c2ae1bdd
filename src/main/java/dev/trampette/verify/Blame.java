package dev.trampette.verify;

import dev.trampette.call.ImageException;
import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Image;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Pages;
import dev.trampette.probe.Recording;
import dev.trampette.verdict.Finding;
import dev.trampette.verify.trial.Findings;
import dev.trampette.verify.trial.Instructions;
import dev.trampette.verify.trial.Trial;
import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Finds the instruction that made a register or a flag what it should not be: one more call of the same case, step by
/// step, when something broke.
final class Blame {

    /// Machine instructions of the call.
    private static final int STEPS = 20_000;
    /// Instructions before a crash that are shown.
    private static final int LAST = 8;

    /// A place in a shared object where no symbol is.
    private static final Pattern NAMELESS = Pattern.compile("\\S+\\.so[.\\d]*\\+0x\\p{XDigit}+");
    private static final Set<WrapperCrash.Kind> ENDLESS = EnumSet.of(WrapperCrash.Kind.STEPS, WrapperCrash.Kind.HANG,
            WrapperCrash.Kind.BUDGET);

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
        List<Finding> named = asked;
        if (asked.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            Recording recording = new Recording(STEPS, arena);
            WrapperCrash crashed;
            try {
                record.accept(recording);
                return;                     // it comes back when it is stepped
            } catch (WrapperCrash crash) {
                crashed = crash;
            }
            boolean isLoop = ENDLESS.contains(crashed.kind());
            List<Long> own = own(recording.steps().stream().map(Recording.Step::rip).toList());
            if (!isLoop && !own.isEmpty() && own(List.of(crashed.rip())).isEmpty()) {
                String caller = caller(own);
                named = asked.stream().filter(finding -> finding.at().filter(crashed.place()::equals).isPresent())
                        .map(finding -> findings.called(finding, caller)).toList();
            }
            List<Long> last = isLoop ? loop(own) : own.subList(Math.max(0, own.size() - LAST), own.size());
            Finding.Trail trail = new Finding.Trail(isLoop, last.stream().map(named(last)).toList());
            named.forEach(finding -> findings.trail(finding, trail));
        } catch (ImageException e) {
            // There is no objdump.
        }
    }

    /// The last of them that has a name: what only passes a call on to another file has none.
    private String caller(List<Long> own) {
        Landmarks landmarks = trial.target().landmarks();
        return own.reversed().stream().filter(rip -> landmarks.symbol(rip).filter(name -> name.startsWith(".plt"))
                .isEmpty()).map(trial::place).filter(place -> !NAMELESS.matcher(place).matches()).findFirst()
                .orElseGet(() -> trial.place(own.getLast()));
    }

    /// The instructions of the routine's own file, and of its own code there.
    private List<Long> own(List<Long> executed) {
        Landmarks landmarks = trial.target().landmarks();
        long entry = trial.target().code().entry().address();
        Map<Long, Boolean> pages = new HashMap<>();
        return executed.stream().filter(rip -> rip != trial.probe().returnAddress() && landmarks.isOwn(rip)
                && pages.computeIfAbsent(rip & -Pages.PAGE, _ -> Image.isSameFile(rip, entry))).toList();
    }

    /// From the last instruction back to where it was executed before.
    private static List<Long> loop(List<Long> executed) {
        int end = executed.size() - 1;
        int before = end < 0 ? -1 : executed.subList(0, end).lastIndexOf(executed.get(end));
        return before < 0 ? List.of() : executed.subList(before + 1, end + 1);
    }

    private Function<Long, Finding.Instruction> named(Collection<Long> places) {
        Instructions instructions = Instructions.of(trial, places);
        return rip -> new Finding.Instruction(trial.place(rip), instructions.text(rip));
    }

    private void ask(Consumer<Recording> record) {
        Map<Finding, Subject> asked = new LinkedHashMap<>();
        findings.unasked().forEach(finding -> Subject.of(finding, trial).ifPresent(it -> asked.put(finding, it)));
        Map<Finding, Long> places = new LinkedHashMap<>();
        try {
            for (Subject.Kept kept : Subject.Kept.values()) {
                Map<Finding, Subject> these = new LinkedHashMap<>(asked);
                these.values().removeIf(subject -> subject.kept() != kept);
                if (!these.isEmpty()) {
                    places.putAll(places(kept, these, record));
                }
            }
            Function<Long, Finding.Instruction> named = named(places.values());
            places.forEach((finding, rip) -> findings.blame(finding, named.apply(rip)));
        } catch (WrapperCrash | ImageException e) {
            // It does not come back when it is stepped, or there is no objdump: nobody is to blame.
        }
    }

    private Map<Finding, Long> places(Subject.Kept kept, Map<Finding, Subject> asked, Consumer<Recording> record) {
        try (Arena arena = Arena.ofConfined()) {
            Recording recording = kept.recording(arena);
            record.accept(recording);
            List<Long> executed = recording.steps().stream().map(Recording.Step::rip).toList();
            Map<Finding, Long> places = new LinkedHashMap<>();
            asked.forEach((finding, subject) -> last(recording, executed, subject).ifPresent(rip ->
                    places.put(finding, rip)));
            return places;
        }
    }

    /// The last instruction of the routine's own that changed it, when it is not what it was.
    private Optional<Long> last(Recording recording, List<Long> executed, Subject subject) {
        OptionalLong[] values = IntStream.range(0, executed.size()).mapToObj(step -> subject.value(recording, step))
                .toArray(OptionalLong[]::new);
        List<Integer> known = IntStream.range(0, values.length).filter(step -> values[step].isPresent()).boxed()
                .toList();
        if (known.isEmpty() || values[known.getFirst()].equals(values[known.getLast()])) {
            return Optional.empty();
        }
        int n = known.size() - 2;
        while (values[known.get(n)].equals(values[known.get(n + 1)])) {
            n--;
        }
        Landmarks landmarks = trial.target().landmarks();
        int step = known.get(n);
        while (step >= 0 && !landmarks.isOwn(executed.get(step))) {
            step--;
        }
        return step < 0 ? Optional.empty() : Optional.of(executed.get(step));
    }
}
