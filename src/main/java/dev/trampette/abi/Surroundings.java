package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Probe;
import dev.trampette.call.State;
import dev.trampette.call.Vectors;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// All that a routine can find: a random value in every register, flag, vector and word of the stack, and its arguments
/// among them. What the contract does not name can be changed, and what stands above narrow arguments.
final class Surroundings {

    /// The part of the stack below RSP that has known values: words.
    private static final int PAINTED = 128;

    private final Probe probe;
    private final Arguments arguments;
    private final boolean[] namedVectors;
    private final long[] lanes;
    private final long[] paint = new long[PAINTED];
    private final long[] frame = new long[Probe.FRAME_WORDS];
    /// The bits that change in another call.
    private final long[] registers = new long[Gpr.values().length];
    private final long[] laneChanges;
    private final long[] masks;
    private final long[] paintChanges = new long[PAINTED];
    private final long[] frameChanges = new long[Probe.FRAME_WORDS];
    private long flags;

    Surroundings(Probe probe, Arguments arguments) {
        this.probe = probe;
        this.arguments = arguments;
        namedVectors = new boolean[probe.available().registers()];
        for (int n = 0; n < namedVectors.length; n++) {
            namedVectors[n] = arguments.isNamed(new Place.Vector(n));
        }
        lanes = new long[namedVectors.length * State.LANES];
        laneChanges = new long[lanes.length];
        masks = new long[probe.available().masks()];
    }

    /// New values in everything; the upper halves of vectors are clean.
    void renew(Round round, RandomGenerator random) {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, random.nextLong());
        }
        probe.before().setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        fill(lanes, random);
        state.setVectors(lanes);
        for (int n = 0; n < masks.length; n++) {
            state.setMask(n, random.nextLong());
        }
        probe.setClean(true);
        state.setMxcsr(State.MXCSR_DEFAULT);
        state.setX87Control(State.X87_DEFAULT);
        fill(paint, random);
        fill(frame, random);
        load();
        arguments.renew(probe, round, random);
        save();
        renewChanges(round, random);
    }

    /// Change what stands above narrow arguments in their registers, or change it back.
    void changeNarrow() {
        load();
        arguments.changeNarrow(probe);
        save();
    }

    /// Change what the contract does not name, or change it back: registers, flags, vectors, the stack, and memory
    /// around buffers.
    void changeUnnamed() {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, probe.before().get(register) ^ registers[register.ordinal()]);
        }
        probe.before().setRflags(probe.before().rflags() ^ flags);
        State state = probe.stateBefore();
        state.vectors(lanes);
        change(lanes, laneChanges);
        state.setVectors(lanes);
        for (int n = 0; n < masks.length; n++) {
            state.setMask(n, state.mask(n) ^ masks[n]);
        }
        probe.setClean(!probe.isClean());
        change(paint, paintChanges);
        change(frame, frameChanges);
        arguments.complementBuffers();
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
    private void renewChanges(Round round, RandomGenerator random) {
        for (Gpr register : Gpr.values()) {
            boolean named = arguments.isNamed(new Place.Register(register));
            registers[register.ordinal()] = named ? 0 : round.change(random);
        }
        flags = round.change(random) & Registers.ARITHMETIC_FLAGS;
        for (int n = 0; n < lanes.length; n++) {
            laneChanges[n] = n % State.LANES == 0 && namedVectors[n / State.LANES] ? 0 : round.change(random);
        }
        for (int n = 0; n < masks.length; n++) {
            masks[n] = round.change(random);
        }
        for (int word = 0; word < PAINTED; word++) {
            paintChanges[word] = round.change(random);
        }
        for (int word = 0; word < frame.length; word++) {
            frameChanges[word] = arguments.isNamed(new Place.StackWord(word)) ? 0 : round.change(random);
        }
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
    }

    /// The name of 64 bits of a vector: `ymm3[191:128]`.
    static String lane(int n, int lane) {
        String width = n > 15 || lane > 3 ? "zmm" : lane > 1 ? "ymm" : "xmm";
        return "%s%d[%d:%d]".formatted(width, n, lane * 64 + 63, lane * 64);
    }

    private void save() {
        MemorySegment.copy(probe.frame(), JAVA_LONG, 0, frame, 0, frame.length);
    }
}
