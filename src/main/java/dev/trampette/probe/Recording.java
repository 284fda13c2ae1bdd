package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Pages;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// The steps of one call: the registers before each machine instruction of the routine, and what they are when it is
/// over. Instructions of the runtime are left out: what a shim, or an error handler, changes is a change of the
/// instruction that called it.
///
/// The guard writes it, in a signal handler; nobody judges anything there.
public final class Recording {

    /// How many steps are kept, when nobody says.
    public static final int MOST = 64 << 10;

    /// `STEP` of `src/main/asm/include/probe.inc`.
    static final StructLayout STEP = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(Gpr.values().length, JAVA_LONG).withName("registers"),
            JAVA_LONG.withName("rflags"),
            JAVA_LONG.withName("rip"));

    private static final long RFLAGS = STEP.byteOffset(MemoryLayout.PathElement.groupElement("rflags"));
    private static final long RIP = STEP.byteOffset(MemoryLayout.PathElement.groupElement("rip"));

    /// Words of the stack that are kept from RSP on, and as many below the frame: `STEP_STACK`.
    private static final int WORDS = 64;
    private static final long WORDS_SIZE = WORDS * 8L;

    /// `STEP_VECTORS`: its size, and what the kernel has stored with XSAVE.
    private static final long VECTORS_SIZE = 4096;

    private final MemorySegment steps;
    private final int most;
    private final long stride;
    /// `steps_begin`, `steps_next`, `steps_end` and `steps_stride` of the probe.
    private MemorySegment bounds;
    /// The stack that near words can be of, and where it ends: RSP before the CALL.
    private MemorySegment stack;

    /// @param arena how long it can be used
    public Recording(Arena arena) {
        this(MOST, arena);
    }

    /// @param most how many steps are kept
    /// @param arena how long it can be used
    public Recording(int most, Arena arena) {
        this(most, STEP.byteSize(), arena);
    }

    private Recording(int most, long stride, Arena arena) {
        this.most = most;
        this.stride = stride;
        long size = Pages.whole(stride * most);
        this.steps = Mapping.of(size, arena, _ -> { }).open(0, size).asSlice(0, stride * most);
    }

    /// One that also keeps what the stack holds at each step, near RSP and at its top.
    ///
    /// @param most how many steps are kept
    /// @param arena how long it can be used
    public static Recording withStack(int most, Arena arena) {
        return new Recording(most, STEP.byteSize() + 2 * WORDS_SIZE, arena);
    }

    /// One that also keeps vectors, masks and control words at each step.
    ///
    /// @param most how many steps are kept
    /// @param arena how long it can be used
    public static Recording withVectors(int most, Arena arena) {
        return new Recording(most, STEP.byteSize() + VECTORS_SIZE, arena);
    }

    /// One moment: before an instruction, or behind the last.
    public static final class Step {

        private final long[] words;

        private Step(long[] words) {
            this.words = words;
        }

        /// The instruction that comes next.
        public long rip() {
            return words[(int) (RIP / Long.BYTES)];
        }

        /// The flags as it finds them, without TF.
        public long rflags() {
            return words[(int) (RFLAGS / Long.BYTES)];
        }

        /// A register.
        public long get(Gpr register) {
            return words[register.ordinal()];
        }
    }

    /// A probe is about to call.
    ///
    /// @param of its part that says where the steps go
    /// @param on the stack of the routine, up to RSP before the CALL
    void begin(MemorySegment of, MemorySegment on) {
        stack = on;
        bounds = of;
        bounds.setAtIndex(JAVA_LONG, 3, stride);
        bounds.setAtIndex(JAVA_LONG, 0, steps.address());
        bounds.setAtIndex(JAVA_LONG, 1, steps.address());
        bounds.setAtIndex(JAVA_LONG, 2, steps.address() + steps.byteSize());
    }

    /// The steps of the last call, as many as are kept; when it came back the last one is behind the return.
    public List<Step> steps() {
        return IntStream.range(0, kept()).mapToObj(this::step).toList();
    }

    /// How many steps are kept.
    public int most() {
        return most;
    }

    /// How many of the steps were executed, from the first on: a step behind the return is none.
    ///
    /// @param isBack whether the call came back
    public int executed(boolean isBack) {
        int kept = kept();
        return isBack && kept > 0 && missed() == 0 ? kept - 1 : kept;
    }

    private int kept() {
        return (int) Math.min(most, count());
    }

    /// How many steps were not kept.
    public long missed() {
        return Math.max(0, count() - most);
    }

    private long count() {
        return bounds == null ? 0
                : (bounds.getAtIndex(JAVA_LONG, 1) - steps.address()) / stride;
    }

    /// What the word of the stack at an address held at a step, when it was kept.
    public OptionalLong word(int step, long address) {
        long rsp = step(step).get(Gpr.RSP);
        long end = stack.address() + stack.byteSize();
        long near = address - rsp;
        long top = address - (end - WORDS_SIZE);
        long at = step * stride + STEP.byteSize();
        if (stride == STEP.byteSize() || address % Long.BYTES != 0) {
            return OptionalLong.empty();
        }
        if (top >= 0 && top < WORDS_SIZE) {
            return OptionalLong.of(steps.get(JAVA_LONG, at + WORDS_SIZE + top));
        }
        return rsp % Long.BYTES == 0 && rsp >= stack.address() && rsp <= end && near >= 0 && near < WORDS_SIZE
                ? OptionalLong.of(steps.get(JAVA_LONG, at + near)) : OptionalLong.empty();
    }

    /// The extended state at a step, when it was kept.
    public Optional<ExtendedState> extended(int step) {
        if (stride != STEP.byteSize() + VECTORS_SIZE) {
            return Optional.empty();
        }
        long at = step * stride + STEP.byteSize();
        long size = steps.get(JAVA_LONG, at);
        return size == 0 ? Optional.empty()
                : Optional.of(new ExtendedState(steps.asSlice(at + Long.BYTES, size)));
    }

    /// One of them.
    public Step step(int n) {
        long[] words = new long[(int) (STEP.byteSize() / Long.BYTES)];
        MemorySegment.copy(steps, JAVA_LONG, n * stride, words, 0, words.length);
        return new Step(words);
    }
}
