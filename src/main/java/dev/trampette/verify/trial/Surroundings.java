package dev.trampette.verify.trial;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.probe.Probe;
import dev.trampette.probe.State;
import dev.trampette.probe.Vectors;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Round;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// All that a routine can find: a random value in every register, flag, vector and word of the stack, and its arguments
/// among them. What the contract does not name can be changed, and what stands above narrow arguments.
public final class Surroundings {

    /// The part of the stack below RSP that has known values: words.
    private static final int PAINTED = 128;

    private static final String[] LANES = IntStream.range(0, Vectors.ZMM.registers() * State.LANES)
            .mapToObj(n -> name(n / State.LANES, n % State.LANES)).toArray(String[]::new);

    /// All that is not named, or bits of it: the values of one call, or what differs in another.
    private record Bits(long[] registers, long[] lanes, long[] masks, long[] paint, long[] frame) {
    }

    private final Probe probe;
    private final Arguments arguments;
    private final boolean[] namedRegisters = new boolean[Gpr.values().length];
    private final boolean[] namedLanes;
    /// Whether upper halves of vectors may be 0 at the call.
    private final boolean mayBeClean;
    private final boolean[] namedWords = new boolean[Probe.FRAME_WORDS];
    private final long[] lanes;
    private final long[] paint = new long[PAINTED];
    private final long[] frame = new long[Probe.FRAME_WORDS];
    /// The bits that change in another call.
    private final Bits changes;
    private long flagChanges;
    /// The values as they were before they were filled.
    private final Bits kept;
    private long keptFlags;

    /// @param mayBeClean whether upper halves of vectors may be 0 at the call, and are looked at then
    Surroundings(Probe probe, Arguments arguments, boolean mayBeClean) {
        this.mayBeClean = mayBeClean;
        this.probe = probe;
        this.arguments = arguments;
        namedLanes = new boolean[probe.available().registers() * State.LANES];
        for (int n = 0; n < namedLanes.length; n++) {
            namedLanes[n] = arguments.isNamed(new Place.Vector(n / State.LANES, n % State.LANES));
        }
        for (Gpr register : Gpr.values()) {
            namedRegisters[register.ordinal()] = arguments.isNamed(new Place.Register(register));
        }
        for (int word = 0; word < namedWords.length; word++) {
            namedWords[word] = arguments.isNamed(new Place.StackWord(word));
        }
        lanes = new long[namedLanes.length];
        changes = bits();
        kept = bits();
    }

    private Bits bits() {
        return new Bits(new long[Gpr.values().length], new long[lanes.length], new long[probe.available().masks()],
                new long[PAINTED], new long[frame.length]);
    }

    /// New values in everything; the upper halves of vectors are clean.
    void renew(Round round, Draws random) {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, random.nextLong());
        }
        probe.before().setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        fill(lanes, random);
        state.setVectors(lanes);
        for (int n = 0; n < kept.masks.length; n++) {
            state.setMask(n, random.nextLong());
        }
        probe.setClean(mayBeClean);
        state.setMxcsr(State.MXCSR_DEFAULT);
        state.setX87Control(State.X87_DEFAULT);
        fill(paint, random);
        fill(frame, random);
        load();
        arguments.renew(probe, round, random);
        save();
        renewChanges(() -> round.change(random));
    }

    /// Give the arguments other values.
    ///
    /// @param arguments puts them into their places
    void exchangeArguments(Runnable arguments) {
        load();
        arguments.run();
        save();
    }

    /// Change what stands above narrow arguments in their registers, or change it back.
    void changeNarrow() {
        exchangeArguments(() -> arguments.changeNarrow(probe));
    }

    /// Let 0 be above narrow arguments.
    ///
    /// @return what puts back what was there
    Runnable clearNarrow() {
        load();
        Runnable back = arguments.clearNarrow(probe);
        save();
        return () -> exchangeArguments(back);
    }

    /// Change what the contract does not name, or change it back: registers, flags, vectors, the stack, and memory
    /// around buffers.
    void changeUnnamed() {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, probe.before().get(register) ^ changes.registers[register.ordinal()]);
        }
        probe.before().setRflags(probe.before().rflags() ^ flagChanges);
        State state = probe.stateBefore();
        state.vectors(lanes);
        change(lanes, changes.lanes);
        state.setVectors(lanes);
        for (int n = 0; n < changes.masks.length; n++) {
            state.setMask(n, state.mask(n) ^ changes.masks[n]);
        }
        probe.setClean(mayBeClean && !probe.isClean());
        change(paint, changes.paint);
        change(frame, changes.frame);
        arguments.complementBuffers();
    }

    /// Give a part of what the contract does not name a value that random ones never are, until [#empty].
    void fill(Filling filling) {
        keep();
        State state = probe.stateBefore();
        for (Gpr register : Gpr.values()) {
            if (filling.isOf(register) && !namedRegisters[register.ordinal()]) {
                probe.before().set(register, filling.value());
            }
        }
        if (filling.isOf(Filling.Part.FLAGS)) {
            probe.before().setRflags(filling.value() & Registers.ARITHMETIC_FLAGS);
        }
        if (filling.isOf(Filling.Part.VECTORS)) {
            for (int n = 0; n < lanes.length; n++) {
                lanes[n] = namedLanes[n] ? lanes[n] : filling.value();
            }
            state.setVectors(lanes);
            for (int n = 0; n < kept.masks.length; n++) {
                state.setMask(n, filling.value());
            }
        }
        if (filling.isOf(Filling.Part.STACK)) {
            Arrays.fill(paint, filling.value());
        }
        if (filling.isOf(Filling.Part.FRAME)) {
            for (int word = 0; word < frame.length; word++) {
                frame[word] = namedWords[word] ? frame[word] : filling.value();
            }
        }
        if (filling.part() == Filling.Part.ALL) {
            arguments.fillBuffers(filling.value());
        }
    }

    /// Take the values back that were there before [#fill].
    void empty() {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, kept.registers[register.ordinal()]);
        }
        probe.before().setRflags(keptFlags);
        State state = probe.stateBefore();
        System.arraycopy(kept.lanes, 0, lanes, 0, lanes.length);
        state.setVectors(lanes);
        for (int n = 0; n < kept.masks.length; n++) {
            state.setMask(n, kept.masks[n]);
        }
        System.arraycopy(kept.paint, 0, paint, 0, PAINTED);
        System.arraycopy(kept.frame, 0, frame, 0, frame.length);
        arguments.emptyBuffers();
    }

    private void keep() {
        for (Gpr register : Gpr.values()) {
            kept.registers[register.ordinal()] = probe.before().get(register);
        }
        keptFlags = probe.before().rflags();
        State state = probe.stateBefore();
        state.vectors(lanes);
        System.arraycopy(lanes, 0, kept.lanes, 0, lanes.length);
        for (int n = 0; n < kept.masks.length; n++) {
            kept.masks[n] = state.mask(n);
        }
        System.arraycopy(paint, 0, kept.paint, 0, PAINTED);
        System.arraycopy(frame, 0, kept.frame, 0, frame.length);
    }

    private static void fill(long[] values, RandomGenerator random) {
        Arrays.setAll(values, _ -> random.nextLong());
    }

    private static void change(long[] values, long[] changes) {
        for (int n = 0; n < values.length; n++) {
            values[n] ^= changes[n];
        }
    }

    /// What changes, of all that is not named.
    private void renewChanges(LongSupplier bits) {
        for (Gpr register : Gpr.values()) {
            changes.registers[register.ordinal()] = namedRegisters[register.ordinal()] ? 0 : bits.getAsLong();
        }
        flagChanges = bits.getAsLong() & Registers.ARITHMETIC_FLAGS;
        Arrays.setAll(changes.lanes, n -> namedLanes[n] ? 0 : bits.getAsLong());
        Arrays.setAll(changes.masks, _ -> bits.getAsLong());
        Arrays.setAll(changes.paint, _ -> bits.getAsLong());
        Arrays.setAll(changes.frame, word -> namedWords[word] ? 0 : bits.getAsLong());
    }

    /// Other modes of rounding and precision, or back: what a function must preserve as much as the usual ones.
    void exchangeModes() {
        State state = probe.stateBefore();
        state.setMxcsr(state.mxcsr() ^ State.MXCSR_DEFAULT ^ State.MXCSR_OTHER);
        state.setX87Control(state.x87Control() ^ State.X87_DEFAULT ^ State.X87_OTHER);
    }

    /// Put the stack in place; registers and vectors are.
    void load() {
        MemorySegment stack = probe.stack();
        MemorySegment.copy(paint, 0, stack, JAVA_LONG, stack.byteSize() - PAINTED * 8L, PAINTED);
        MemorySegment.copy(frame, 0, probe.frame(), JAVA_LONG, 0, frame.length);
    }

    /// What a word of the frame held before the call.
    long frame(int word) {
        return frame[word];
    }

    /// Whether a word of the frame is an argument.
    boolean isNamed(int word) {
        return namedWords[word];
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP) {
                origins.add("the caller's " + register, probe.before().get(register));
            }
        }
        for (int word = 0; word < PAINTED; word++) {
            origins.add("the stack below rsp as it was before the call", paint[word]);
        }
        for (int word = 0; word < frame.length; word++) {
            origins.add("the caller's frame at [rsp + %d]".formatted(8 + word * 8), frame[word]);
        }
        Vectors vectors = probe.available();
        for (int n = 0; n < vectors.registers(); n++) {
            for (int lane = 0; lane < vectors.lanes(); lane++) {
                origins.add("the caller's " + lane(n, lane), probe.stateBefore().vector(n, lane));
            }
        }
        origins.add("the routine's return address", probe.returnAddress());
        origins.addAddress("rsp at the entry", probe.frame().address() - 8);
        origins.addArea("the stack", probe.stack().address(), probe.stack().byteSize());
    }

    /// The name of 64 bits of a vector: `ymm3[191:128]`.
    public static String lane(int n, int lane) {
        return LANES[n * State.LANES + lane];
    }

    private static String name(int n, int lane) {
        String width = n > 15 || lane > 3 ? "zmm" : lane > 1 ? "ymm" : "xmm";
        return "%s%d[%d:%d]".formatted(width, n, lane * 64 + 63, lane * 64);
    }

    private void save() {
        MemorySegment.copy(probe.frame(), JAVA_LONG, 0, frame, 0, frame.length);
    }
}
