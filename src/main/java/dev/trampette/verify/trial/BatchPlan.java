package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.contract.Signature;
import dev.trampette.probe.Batch;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.util.Set;

/// What many calls of a routine that assembly makes are given, and what must come back: registers, flags, vectors and
/// the frame, and RAX must be the same in both calls of a case; but not that of a function which may have changed in
/// memory what it depends on.
final class BatchPlan {

    private final Contract contract;
    private final boolean isPossible;
    private final long[] same = new long[Gpr.values().length];
    private final long[] fixed = same.clone();
    private final long[] keep = same.clone();
    private final long result;
    /// The words above the return address that belong to the routine.
    private final int ownWords;

    /// @param preserved the registers that must come back
    BatchPlan(Contract contract, Arguments arguments, Set<Gpr> preserved) {
        this.contract = contract;
        Signature signature = contract.signature();
        isPossible = arguments.needsNoRestoring() && !arguments.isVectorChosen() && !signature.hasUpperHalves()
                && contract.promises().changes().isEmpty() && !signature.isReturnedOnX87();
        for (Gpr register : Gpr.values()) {
            int n = register.ordinal();
            Place place = new Place.Register(register);
            same[n] = arguments.named(place);
            fixed[n] = arguments.isNamed(place) && arguments.isChosen(place) ? arguments.named(place) : 0;
            keep[n] = register == Gpr.RSP || preserved.contains(register)
                    || contract.promises().zeros().contains(place) ? -1 : 0;
        }
        boolean isFloating = arguments.places().stream().anyMatch(Place.Vector.class::isInstance);
        result = signature.isVoid() || signature.status() != Gpr.RAX || preserved.contains(Gpr.RAX) || isFloating ? 0
                : contract.effect().filter(effect -> effect.steps().isEmpty()).isPresent()
                ? signature.significantBits()
                : signature.arguments().stream().anyMatch(argument -> argument.type().isWritten()) ? 0
                : signature.results().stream().filter(part -> part.place().equals(new Place.Register(Gpr.RAX)))
                        .mapToLong(Parameter::mask).reduce(0, (one, other) -> one | other);
        ownWords = arguments.places().stream().mapToInt(place -> place instanceof Place.StackWord(int word)
                ? word + 1 : 0).reduce(signature.convention().homeWords(), Math::max);
    }

    /// Whether a batch can tell what is broken: vectors have new values in each call, whatever range an argument has,
    /// and their upper halves are 0; control words come back, x87 is empty, and memory is as the call before has left
    /// it.
    boolean isPossible() {
        return isPossible;
    }

    /// One of them.
    ///
    /// @param executions how often the instruction must be executed in each call, or -1
    /// @param mayBeDirty whether upper halves of vectors may be left in use
    Batch batch(long seed, int executions, boolean mayBeDirty) {
        Batch.Looked vectors = !contract.signature().convention().isC() && !contract.promises().losesVectors()
                ? Batch.Looked.KEPT : mayBeDirty || contract.promises().allowsVectorState() ? Batch.Looked.NOT
                : Batch.Looked.CLEAN;
        long keepFlags = Batch.CONTROL_FLAGS
                | (contract.promises().preservesFlags() ? Registers.ARITHMETIC_FLAGS : 0);
        return new Batch(seed, same, fixed, keep, keepFlags, vectors, result, executions, ownWords);
    }
}
