package dev.trampette.shim;

import dev.trampette.spec.Gpr;
import java.util.Optional;

/// An entry of an exception table: where code goes on when its instruction faults.
///
/// @param instruction the address of the instruction
/// @param target where it goes on
/// @param register the register that says that there was a fault, when there is one
/// @param takesVector whether that register takes the vector of the exception; else it is 1
public record FixUp(long instruction, long target, Optional<Gpr> register, boolean takesVector) {

    /// One that touches no register.
    public FixUp(long instruction, long target) {
        this(instruction, target, Optional.empty(), false);
    }
}
