package dev.trampette.abi;

import dev.trampette.call.Batch;
import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.image.Place;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.random.RandomGenerator;

/// One routine under the probe, with what it finds and what answers it: called once, or in a batch.
final class Trial {

    /// The bytes of the CALL that an instruction is in the shim image.
    private static final int CALL_SIZE = 5;

    private final Contract contract;
    private final Set<Gpr> preserved;
    private final MemorySegment routine;
    private final RandomGenerator random;
    private final Script script;
    private final Probe probe;
    private final boolean tellsDirty;
    private final Arguments arguments;
    private final Surroundings surroundings;
    private Round round;

    /// @param image whose runtime probes
    /// @param routine the machine code
    /// @param contract what it promises
    Trial(Image image, MemorySegment routine, Contract contract, RandomGenerator random, Arena arena) {
        this.contract = contract;
        this.preserved = StateRules.preserved(contract);
        this.routine = routine;
        this.random = random;
        this.script = Script.of(image, arena);
        this.probe = new Probe(script, arena);
        this.tellsDirty = probe.tellsDirty();
        probe.setName(contract.symbol());
        this.arguments = new Arguments(contract, arena);
        this.surroundings = new Surroundings(probe, arguments);
    }

    Contract contract() {
        return contract;
    }

    /// The registers that must come back as they were, but for RSP.
    Set<Gpr> preserved() {
        return preserved;
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

    Surroundings surroundings() {
        return surroundings;
    }

    /// Whether XINUSE can be asked for dirty upper halves.
    boolean tellsDirty() {
        return tellsDirty;
    }

    Round round() {
        return round;
    }

    RandomGenerator random() {
        return random;
    }

    /// A new case: new values in everything, and a script that answers nothing yet.
    void renew(Round round) {
        this.round = round;
        surroundings.renew(round, random);
        script.clear();
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            script.setRedZone(word, random.nextLong());
        }
    }

    /// Call the routine, with memory and stack as they were at the beginning of the case.
    ///
    /// @throws dev.trampette.call.WrapperCrash when it did not return
    void call() {
        arguments.restore();
        surroundings.load();
        script.rewind();
        probe.call(routine);
    }

    /// Whether a batch can tell what is broken: all that the routine may write is in registers that are not looked at.
    /// Its arguments on the stack, and shadow space, are its own; and vectors have new values in each call.
    boolean isBatchable() {
        return contract.convention() != Contract.Convention.MS_X64
                && arguments.places().stream().allMatch(Place.InRegister.class::isInstance);
    }

    /// Many calls that assembly makes and looks at, beginning with the case as it is: registers, flags, vectors and the
    /// frame must come back, and RAX must be the same in both calls of a case; but not that of a function which may
    /// have changed in memory what it depends on.
    ///
    /// @param executions how often the instruction must be executed in each call, or -1
    /// @return how many calls held, twice the cases when all did
    /// @throws dev.trampette.call.WrapperCrash when a call did not return
    long batch(int executions, long cases) {
        arguments.restore();
        surroundings.load();
        long[] same = new long[Gpr.values().length];
        long[] fixed = same.clone();
        long[] keep = same.clone();
        for (Gpr register : Gpr.values()) {
            int n = register.ordinal();
            Place place = new Place.InRegister(register);
            same[n] = arguments.named(place);
            fixed[n] = arguments.isNamed(place) && arguments.isChosen(place) ? arguments.named(place) : 0;
            keep[n] = register == Gpr.RSP || preserved.contains(register) ? -1 : 0;
        }
        long result = contract.after().status() != Gpr.RAX ? 0
                : !contract.instruction().isEmpty() ? -1
                : contract.arguments().stream().anyMatch(argument -> argument.type().isWritten()) ? 0
                : contract.result().filter(type -> !type.isFloating()).map(Argument.Type::significantBits).orElse(0L);
        long held = probe.batch(routine, new Batch(random.nextLong(), same, fixed, keep, Batch.CONTROL_FLAGS,
                !contract.convention().isC(), result, executions), cases);
        arguments.read(probe);
        return held;
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        arguments.addTo(origins, probe);
        surroundings.addTo(origins);
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            origins.addRedZone("what an interrupt left at [rsp - %d]".formatted(128 - word * 8), script.redZone(word));
        }
        for (int n = 0; n < script.recorded(); n++) {
            long call = script.execution(n).registers().rip();
            origins.addRedZone("the return address of the instruction's CALL", call + CALL_SIZE);
        }
    }
}
