package dev.trampette.verify;

import dev.trampette.probe.ExtendedState;
import dev.trampette.probe.Recording;
import dev.trampette.probe.State;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Finding;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Flag;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a finding is about, as steps have it.
///
/// @param kept what a recording must keep of it
/// @param at its value at a step, when that was kept
record Subject(Kept kept, At at) {

    /// What a recording keeps.
    enum Kept {
        /// Registers and RFLAGS.
        REGISTERS(20_000),
        /// The stack too.
        STACK(20_000),
        /// Vectors and control words too.
        VECTORS(4096);

        /// Machine instructions of a call.
        private final int steps;

        Kept(int steps) {
            this.steps = steps;
        }

        Recording recording(Arena arena) {
            return switch (this) {
                case REGISTERS -> new Recording(steps, arena);
                case STACK -> Recording.withStack(steps, arena);
                case VECTORS -> Recording.withVectors(steps, arena);
            };
        }
    }

    /// A value at a step.
    interface At {

        /// Empty where it was not kept.
        OptionalLong value(Recording recording, int step);
    }

    private static final Map<String, Long> FLAGS = Map.of("df", Registers.DF, "ac", Registers.AC, "id", Registers.ID,
            "nt", Registers.NT);
    private static final Pattern LANE = Pattern.compile("[xyz]mm(\\d+)\\[\\d+:(\\d+)]");
    private static final Pattern MASK = Pattern.compile("k(\\d)");
    private static final Pattern FRAME = Pattern.compile("the caller's frame at \\[rsp \\+ (\\d+)]");
    private static final int LANE_BITS = 64;

    /// Its value at a step, when it was kept.
    OptionalLong value(Recording recording, int step) {
        return at.value(recording, step);
    }

    /// Of a finding about what a call has left; empty when steps do not have it.
    static Optional<Subject> of(Finding finding, Trial trial) {
        String where = finding.where();
        if (finding.values().isEmpty()) {
            return Optional.empty();
        }
        return switch (finding.rule()) {
            case CALLEE_SAVED, UNDECLARED_CLOBBER, DIRECTION_FLAG, ALIGNMENT_CHECK ->
                    register(where).or(() -> flag(where)).or(() -> vector(where)).or(() -> mask(where));
            case VECTOR_STATE -> vector(where)
                    .or(() -> extended(state -> state.inUse() & State.XINUSE_UPPER));
            case MXCSR -> extended(state -> state.mxcsr() & State.MXCSR_CONTROL).filter(_ -> where.equals("mxcsr"));
            case X87_CONTROL -> where.equals("x87 control word") ? extended(ExtendedState::x87Control)
                    : where.equals("x87 tag word") ? extended(ExtendedState::x87Used) : Optional.empty();
            case STACK_WRITE -> frame(where, trial);
            default -> Optional.empty();
        };
    }

    private static Optional<Subject> register(String where) {
        return Arrays.stream(Gpr.values()).filter(register -> register.toString().equals(where)).findFirst()
                .map(register -> new Subject(Kept.REGISTERS, (recording, step) ->
                        OptionalLong.of(recording.step(step).get(register))));
    }

    private static Optional<Subject> flag(String where) {
        return Optional.of(where).filter(it -> it.startsWith("rflags.")).map(it -> it.substring("rflags.".length()))
                .flatMap(name -> Optional.ofNullable(FLAGS.get(name)).or(() -> Arrays.stream(Flag.values())
                        .filter(flag -> flag.name().toLowerCase(Locale.ROOT).equals(name)).findFirst().map(Flag::bit)))
                .map(bit -> new Subject(Kept.REGISTERS, (recording, step) ->
                        OptionalLong.of(recording.step(step).rflags() & bit)));
    }

    private static Optional<Subject> vector(String where) {
        Matcher lane = LANE.matcher(where);
        return lane.matches() ? extended(state -> state.vector(Integer.parseInt(lane.group(1)),
                Integer.parseInt(lane.group(2)) / LANE_BITS)) : Optional.empty();
    }

    private static Optional<Subject> mask(String where) {
        Matcher mask = MASK.matcher(where);
        return mask.matches() ? extended(state -> state.mask(Integer.parseInt(mask.group(1)))) : Optional.empty();
    }

    private static Optional<Subject> extended(ToLongFunction<ExtendedState> value) {
        return Optional.of(new Subject(Kept.VECTORS, (recording, step) -> recording.extended(step)
                .map(state -> OptionalLong.of(value.applyAsLong(state))).orElseGet(OptionalLong::empty)));
    }

    /// A word above the return address, by its distance from RSP at the entry.
    private static Optional<Subject> frame(String where, Trial trial) {
        Matcher word = FRAME.matcher(where);
        if (!word.matches()) {
            return Optional.empty();
        }
        long address = trial.probe().frame().address() - Long.BYTES + Long.parseLong(word.group(1));
        return Optional.of(new Subject(Kept.STACK, (recording, step) -> recording.word(step, address)));
    }
}
