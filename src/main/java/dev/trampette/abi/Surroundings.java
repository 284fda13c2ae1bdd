package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Probe;
import dev.trampette.call.State;
import dev.trampette.call.Vectors;
import dev.trampette.image.Place;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// All that a routine can find: a random value in every register, flag, vector and word of the stack, and its arguments
/// among them. What the contract does not name can be complemented, and what stands above narrow arguments.
final class Surroundings {

    /// The part of the stack below RSP that has known values: words.
    private static final int PAINTED = 128;

    private final Probe probe;
    private final Arguments arguments;
    private final Map<Gpr, Long> unnamed = new HashMap<>();
    private final boolean[] namedVectors;
    private final long[] lanes;
    private final long[] paint = new long[PAINTED];
    private final long[] frame = new long[Probe.FRAME_WORDS];

    Surroundings(Probe probe, Arguments arguments) {
        this.probe = probe;
        this.arguments = arguments;
        for (Gpr register : Gpr.values()) {
            unnamed.put(register, arguments.isNamed(new Place.InRegister(register)) ? 0L : -1L);
        }
        namedVectors = new boolean[probe.available().registers()];
        for (int n = 0; n < namedVectors.length; n++) {
            namedVectors[n] = arguments.isNamed(new Place.InVector(n));
        }
        lanes = new long[namedVectors.length * State.LANES];
    }

    /// New values in everything; the upper halves of vectors are clean.
    void renew(Round round, RandomGenerator random) {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, random.nextLong());
        }
        probe.before().setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        Vectors vectors = probe.available();
        for (int n = 0; n < lanes.length; n++) {
            lanes[n] = random.nextLong();
        }
        state.setVectors(lanes);
        for (int n = 0; n < vectors.masks(); n++) {
            state.setMask(n, random.nextLong());
        }
        probe.setClean(true);
        state.setMxcsr(State.MXCSR_DEFAULT);
        state.setX87Control(State.X87_DEFAULT);
        for (int word = 0; word < PAINTED; word++) {
            paint[word] = random.nextLong();
        }
        for (int word = 0; word < frame.length; word++) {
            frame[word] = random.nextLong();
        }
        load();
        arguments.renew(probe, round, random);
        save();
    }

    /// Complement what stands above narrow arguments in their registers.
    void complementNarrow() {
        load();
        arguments.complementNarrow(probe);
        save();
    }

    /// Complement what the contract does not name: registers, flags, vectors, the stack.
    void complementUnnamed() {
        Registers before = probe.before();
        unnamed.forEach((register, bits) -> before.set(register, before.get(register) ^ bits));
        before.setRflags(before.rflags() ^ Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        Vectors vectors = probe.available();
        state.vectors(lanes);
        for (int n = 0; n < lanes.length; n++) {
            lanes[n] = n % State.LANES == 0 && namedVectors[n / State.LANES] ? lanes[n] : ~lanes[n];
        }
        state.setVectors(lanes);
        for (int n = 0; n < vectors.masks(); n++) {
            state.setMask(n, ~state.mask(n));
        }
        probe.setClean(!probe.isClean());
        for (int word = 0; word < PAINTED; word++) {
            paint[word] = ~paint[word];
        }
        for (int word = 0; word < frame.length; word++) {
            if (!arguments.isNamed(new Place.OnStack(word))) {
                frame[word] = ~frame[word];
            }
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
