package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Batch;
import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.State;
import dev.trampette.call.Vectors;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Place;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// One routine under the probe: gives all that it can find a random value, calls it, and can call it again with the
/// complement of everything that its contract does not name.
final class Trial {

    /// The part of the stack below RSP that has known values: words.
    private static final int PAINTED = 128;

    private final Contract contract;
    private final MemorySegment routine;
    private final RandomGenerator random;
    private final Script script;
    private final Probe probe;
    private final boolean tellsDirty;
    private final Arguments arguments;
    private final Map<Gpr, Long> unnamed = new HashMap<>();
    private final long[] paint = new long[PAINTED];
    private final long[] frame = new long[Probe.FRAME_WORDS];

    /// @param image whose runtime probes
    /// @param routine the machine code
    /// @param contract what it promises
    Trial(Image image, MemorySegment routine, Contract contract, RandomGenerator random, Arena arena) {
        this.contract = contract;
        this.routine = routine;
        this.random = random;
        this.script = Script.of(image);
        this.probe = new Probe(script);
        this.tellsDirty = probe.tellsDirty();
        this.arguments = new Arguments(contract, arena);
        for (Gpr register : Gpr.values()) {
            unnamed.put(register, arguments.isNamed(new Place.InRegister(register)) ? 0L : -1L);
        }
    }

    Contract contract() {
        return contract;
    }

    MemorySegment routine() {
        return routine;
    }

    Script script() {
        return script;
    }

    Probe probe() {
        return probe;
    }

    Arguments arguments() {
        return arguments;
    }

    /// Whether XINUSE can be asked for dirty upper halves.
    boolean tellsDirty() {
        return tellsDirty;
    }

    RandomGenerator random() {
        return random;
    }

    /// A new case: new values in every register, in memory and on the stack; the upper halves of vectors are clean.
    void renew() {
        Registers before = probe.before();
        for (Gpr register : Gpr.values()) {
            before.set(register, random.nextLong());
        }
        before.setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        Vectors vectors = probe.available();
        for (int n = 0; n < vectors.registers(); n++) {
            for (int lane = 0; lane < vectors.lanes(); lane++) {
                state.setVector(n, lane, random.nextLong());
            }
        }
        for (int n = 0; n < vectors.masks(); n++) {
            state.setMask(n, random.nextLong());
        }
        probe.setClean(true);
        for (int word = 0; word < PAINTED; word++) {
            paint[word] = random.nextLong();
        }
        for (int word = 0; word < frame.length; word++) {
            frame[word] = random.nextLong();
        }
        probe.frame().copyFrom(MemorySegment.ofArray(frame));
        arguments.renew(probe, random);
        saveFrame();
        script.clear();
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            script.setRedZone(word, random.nextLong());
        }
    }

    /// Complement what stands above narrow arguments in their registers.
    void complementNarrow() {
        probe.frame().copyFrom(MemorySegment.ofArray(frame));
        arguments.complementNarrow(probe);
        saveFrame();
    }

    /// Complement what the contract does not name: registers, flags, vectors, the stack.
    void complementUnnamed() {
        Registers before = probe.before();
        unnamed.forEach((register, bits) -> before.set(register, before.get(register) ^ bits));
        before.setRflags(before.rflags() ^ Registers.ARITHMETIC_FLAGS);
        State state = probe.stateBefore();
        Vectors vectors = probe.available();
        for (int n = 0; n < vectors.registers(); n++) {
            long named = arguments.named(new Place.InVector(n));
            for (int lane = 0; lane < vectors.lanes(); lane++) {
                state.setVector(n, lane, state.vector(n, lane) ^ (lane == 0 ? ~named : -1));
            }
        }
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

    /// Call the routine, with memory and stack as they were at the beginning of the case.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    void call() {
        arguments.restore();
        MemorySegment stack = probe.stack();
        MemorySegment.copy(paint, 0, stack, JAVA_LONG, stack.byteSize() - PAINTED * 8L, PAINTED);
        probe.frame().copyFrom(MemorySegment.ofArray(frame));
        script.rewind();
        probe.call(routine);
    }

    /// Whether a batch can tell what is broken: all that the routine may write is in registers that are not looked at. Its
    /// arguments on the stack, and shadow space, are its own; and vectors have new values in each call.
    boolean isBatchable() {
        return contract.convention() != Contract.Convention.MS_X64
                && arguments.places().stream().allMatch(Place.InRegister.class::isInstance);
    }

    /// Many calls that assembly makes and looks at, beginning with the case as it is: registers, flags, vectors and the
    /// frame must come back, and RAX must be the same in both calls of a case; but not that of a function which may have
    /// changed in memory what it depends on.
    ///
    /// @param executions how often the instruction must be executed in each call, or -1
    /// @return how many calls held, twice the cases when all did
    /// @throws dev.trampette.call.WrapperCrash when a call did not return
    long batch(int executions, long cases) {
        arguments.restore();
        probe.frame().copyFrom(MemorySegment.ofArray(frame));
        long[] same = new long[Gpr.values().length];
        long[] fixed = same.clone();
        long[] keep = same.clone();
        for (Gpr register : Gpr.values()) {
            int n = register.ordinal();
            Place place = new Place.InRegister(register);
            same[n] = arguments.named(place);
            fixed[n] = arguments.isNamed(place) && arguments.isChosen(place) ? arguments.named(place) : 0;
            keep[n] = register == Gpr.RSP || Case.preserved(contract).contains(register) ? -1 : 0;
        }
        long result = !contract.instruction().isEmpty() ? contract.after().status() == Gpr.RAX ? -1 : 0
                : contract.arguments().stream().anyMatch(argument -> argument.type() == Argument.Type.OUT) ? 0
                : contract.result().filter(type -> !type.isFloating()).map(Argument.Type::significantBits).orElse(0L);
        long held = probe.batch(routine, new Batch(random.nextLong(), same, fixed, keep, Batch.CONTROL_FLAGS,
                !contract.convention().isC(), result, executions), cases);
        arguments.read(probe);
        return held;
    }

    /// What a word of the frame held before the call.
    long frame(int word) {
        return frame[word];
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        for (int i = 0; i < contract.arguments().size(); i++) {
            Argument argument = contract.arguments().get(i);
            if (!argument.isPointer()) {
                origins.add("argument " + argument.name(), arguments.value(i));
            }
            if (argument.type().significantBits() != -1
                    && arguments.places().get(i) instanceof Place.InRegister(Gpr register)) {
                origins.add("argument %s with what is above it in %s".formatted(argument.name(), register),
                        probe.before().get(register));
            }
        }
        arguments.addTo(origins);
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP) {
                origins.add("the caller's " + register, probe.before().get(register));
            }
        }
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            origins.addRedZone("what an interrupt left at [rsp - %d]".formatted(128 - word * 8), script.redZone(word));
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
                origins.add("the caller's %s[%d:%d]".formatted(vector(n, lane), lane * 64 + 63, lane * 64),
                        probe.stateBefore().vector(n, lane));
            }
        }
        origins.addAddress("rsp at the entry", probe.frame().address() - 8);
    }

    /// The name of a vector register, as wide as the part that is meant.
    static String vector(int n, int lane) {
        return (n > 15 || lane > 3 ? "zmm" : lane > 1 ? "ymm" : "xmm") + n;
    }

    private void saveFrame() {
        MemorySegment.copy(probe.frame(), JAVA_LONG, 0, frame, 0, frame.length);
    }
}
