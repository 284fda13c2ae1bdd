package dev.trampette.verify.trace;

import dev.trampette.call.WrapperCrash;
import dev.trampette.decode.Operation;
import dev.trampette.image.Image;
import dev.trampette.image.Landmarks;
import dev.trampette.image.Listing;
import dev.trampette.image.Syntax;
import dev.trampette.image.Target;
import dev.trampette.probe.Recording;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Coverage;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Findings;
import dev.trampette.verify.trial.Instructions;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Flag;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Round;
import dev.trampette.verify.walk.Reached;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Calls a routine once, as the verifier does, and says what each of its instructions did.
public final class Tracer {

    /// Steps of a call that is counted; those that are more are counted as instructions only.
    private static final int COUNTED = 1 << 12;

    private final Image image;
    private final long seed;

    /// A tracer for routines of any image.
    ///
    /// @param image whose runtime probes
    /// @param seed where the random values start
    public Tracer(Image image, long seed) {
        this.image = image;
        this.seed = seed;
    }

    /// Trace one call.
    ///
    /// @param target the routine
    /// @param outcome what the instruction answers; the first of those that there are, when it is not said
    /// @return the steps of the call, in Intel syntax
    /// @throws OutcomeException when there is no such outcome; it names those that there are
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public Trace trace(Target target, Optional<String> outcome) {
        return trace(target, Tracing.of(outcome));
    }

    /// Trace one call, and write it in some way.
    ///
    /// @param target the routine
    /// @param tracing which outcome, how many steps, and in which syntax
    /// @return the steps of the call
    /// @throws OutcomeException when there is no such outcome; it names those that there are
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public Trace trace(Target target, Tracing tracing) {
        try (Arena arena = Arena.ofConfined()) {
            Trial trial = new Trial(image, target,
                    seed, arena);
            return trace(trial, Verifier.check(trial), tracing, new Recording(tracing.steps(), arena));
        }
    }

    /// Count what one call of each outcome executes: the same in each run.
    ///
    /// @param target the routine
    /// @return the counts by the names of the outcomes
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public Map<String, Trace.Counts> counts(Target target) {
        Map<String, Trace.Counts> counts = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            Trial trial = new Trial(image, target, seed, arena);
            Check<?> check = Verifier.check(trial);
            Recording recording = new Recording(COUNTED, arena);
            names(check).forEach(name -> counts.put(name, trace(trial, check, Tracing.of(Optional.of(name)), recording)
                    .counts()));
        }
        return counts;
    }

    private static <T> List<String> names(Check<T> check) {
        return check.outcomes().stream().map(check::name).toList();
    }

    private <T> Trace trace(Trial trial, Check<T> check, Tracing tracing, Recording recording) {
        trial.renew(new Round(0));
        trial.probe().setDepth(0);      // code that aligns RSP has a stack of one size
        List<T> outcomes = check.outcomes();
        T outcome = tracing.outcome().map(name -> outcomes.stream()
                .filter(one -> check.name(one).equals(name)).findFirst()
                .orElseThrow(() -> new OutcomeException(name, outcomes.stream().map(check::name).toList())))
                .orElse(outcomes.getFirst());
        check.script(outcome);
        return record(trial, check.name(outcome), check::addTo, seed, recording, tracing.syntax());
    }

    /// Record a case that is ready to be called.
    ///
    /// @param answers adds what the instruction writes
    static Trace record(Trial trial, String outcome, Consumer<Origins> answers, long seed, Recording recording) {
        return record(trial, outcome, answers, seed, recording, Syntax.INTEL);
    }

    private static Trace record(Trial trial, String outcome, Consumer<Origins> answers, long seed,
            Recording recording, Syntax syntax) {
        Optional<String> end = Optional.empty();
        try {
            trial.record(recording);
        } catch (WrapperCrash crash) {
            end = Optional.of(crash.getMessage());
        }
        Case c = new Case(trial, outcome, answers, new Findings(Set.of()));
        List<Recording.Step> steps = recording.steps();
        int executed = recording.executed(end.isEmpty());
        Reached reached = new Reached(trial);
        reached.look(steps, executed);
        return new Steps(trial, c, steps, executed, syntax).trace(outcome, seed, end, recording.missed(),
                reached.coverage());
    }

    /// What was recorded, in words.
    private static final class Steps {

        private final Trial trial;
        private final Case c;
        private final List<Recording.Step> recorded;
        /// The numbers of the executed steps that are the routine's own.
        private final int[] own;
        private final Syntax syntax;
        private final Instructions instructions;
        private final Listing written;

        Steps(Trial trial, Case c, List<Recording.Step> recorded, int executed, Syntax syntax) {
            this.syntax = syntax;
            this.trial = trial;
            this.c = c;
            this.recorded = recorded;
            Landmarks landmarks = trial.target().landmarks();
            this.own = IntStream.range(0, executed).filter(n -> landmarks.isOwn(recorded.get(n).rip())).toArray();
            List<Long> places = Arrays.stream(own).mapToObj(n -> recorded.get(n).rip()).toList();
            this.instructions = Instructions.of(trial, places);
            this.written = syntax == Syntax.INTEL ? instructions.listing()
                    : Listing.written(places.stream().filter(rip -> !instructions.isOurs(rip)).toList(), landmarks,
                            syntax);
        }

        Trace trace(String outcome, long seed, Optional<String> end, long missed, Optional<Coverage> coverage) {
            List<Trace.Step> steps = new ArrayList<>();
            int executions = 0;
            int maskSet = -1;
            for (int i = 0; i < own.length; i++) {
                Recording.Step step = recorded.get(own[i]);
                Recording.Step next = recorded.get(i + 1 < own.length ? own[i + 1] : recorded.size() - 1);
                boolean isOurs = isInstruction(step.rip(), executions);
                List<Trace.AtInstruction> registers = List.of();
                if (isOurs) {
                    Registers at = trial.script().execution(executions).registers();
                    Optional<String> exposed = exposed(at);
                    registers = registers(at, exposed);
                    if (exposed.isPresent() && maskSet >= 0) {
                        steps.set(maskSet, steps.get(maskSet).withOrigin(Gpr.RCX.toString(), exposed.get()));
                    }
                    executions++;
                }
                List<Trace.Change> changes = changes(step, next);
                maskSet = step.get(Gpr.RCX) != next.get(Gpr.RCX) ? steps.size() : maskSet;
                steps.add(new Trace.Step(trial.place(step.rip()), text(step.rip()), changes, registers));
            }
            return new Trace(trial.contract().symbol(), outcome, seed, steps, end, missed, counts(missed),
                    coverage);
        }

        private Trace.Counts counts(long missed) {
            long loads = 0;
            long stores = 0;
            long branches = 0;
            long lowest = Long.MAX_VALUE;
            for (int n : own) {
                Recording.Step step = recorded.get(n);
                Operation operation = instructions.operation(step.rip())
                        .orElseGet(() -> Operation.unknown(step.rip(), "?"));
                lowest = Math.min(lowest, step.get(Gpr.RSP));
                loads += operation.loads();
                stores += operation.stores();
                branches += n + 1 < recorded.size() && isTaken(step.rip(), recorded.get(n + 1).rip()) ? 1 : 0;
            }
            long entry = recorded.isEmpty() ? 0 : recorded.getFirst().get(Gpr.RSP) + Long.BYTES;
            return new Trace.Counts(own.length + missed, loads, stores, branches,
                    own.length == 0 ? 0 : entry - lowest);
        }

        private boolean isInstruction(long rip, int executions) {
            return executions < trial.script().recorded()
                    && trial.script().execution(executions).registers().rip() == rip;
        }

        private String text(long rip) {
            return instructions.isOurs(rip) ? syntax.ofOurs(instructions.text(rip))
                    : written.text(rip).orElse("?");
        }

        /// A jump, a call or a return; not an instruction of ours, nor one that is repeated.
        private boolean isTaken(long rip, long next) {
            return !instructions.isOurs(rip) && next != rip
                    && instructions.operation(rip).filter(it -> it.next() != next).isPresent();
        }

        private List<Trace.Change> changes(Recording.Step before, Recording.Step after) {
            List<Trace.Change> changes = new ArrayList<>();
            for (Gpr register : Gpr.values()) {
                if (before.get(register) != after.get(register)) {
                    changes.add(new Trace.Change(register.toString(), after.get(register),
                            c.origin(after.get(register))));
                }
            }
            long flags = (before.rflags() ^ after.rflags());
            for (Flag flag : Flag.values()) {
                if ((flags & flag.bit()) != 0) {
                    changes.add(new Trace.Change(flag.name().toLowerCase(Locale.ROOT),
                            (after.rflags() & flag.bit()) == 0 ? 0 : 1, ""));
                }
            }
            return changes;
        }

        /// What the mask in RCX lets the VMM see, when it is TDG.VP.VMCALL: `0xfc00: r10-r15` (GHCI, "TDG.VP.VMCALL",
        /// RCX).
        private Optional<String> exposed(Registers at) {
            if (!trial.target().bridge().decode(at).instruction().isVmcall(at.get(Gpr.RAX))) {
                return Optional.empty();
            }
            long mask = at.get(Gpr.RCX);
            String origin = c.origin(mask);
            return Optional.of("%s: %s".formatted(origin.isEmpty() ? "0x%x".formatted(mask) : origin, Mask.text(mask)));
        }

        private List<Trace.AtInstruction> registers(Registers at, Optional<String> exposed) {
            long mask = exposed.isPresent() ? at.get(Gpr.RCX) : 0;
            return Arrays.stream(Gpr.values()).map(register -> new Trace.AtInstruction(register.toString(),
                    at.get(register), register == Gpr.RCX && exposed.isPresent() ? "exposes " + Mask.text(mask)
                            : c.origin(at.get(register)), (mask & register.maskBit()) != 0)).toList();
        }
    }
}
