package dev.trampette.shim;

import dev.trampette.spec.Gpr;
import java.util.Map;
import java.util.Optional;

/// An entry of an exception table: where code goes on when its instruction faults.
///
/// @param instruction the address of the instruction
/// @param target where it goes on
/// @param values what registers are set to, 32 bits with their sign
/// @param vector the register to which the vector of the exception is added; it is 0 when no value is said
public record FixUp(long instruction, long target, Map<Gpr, Long> values, Optional<Gpr> vector) {

    /// The map is copied.
    public FixUp {
        values = Map.copyOf(values);
    }

    /// One that touches no register.
    ///
    /// @param instruction the address of the instruction
    /// @param target where it goes on
    public FixUp(long instruction, long target) {
        this(instruction, target, Map.of(), Optional.empty());
    }

    /// The same code elsewhere.
    ///
    /// @param bias added to both addresses
    /// @return an entry of that code
    public FixUp at(long bias) {
        return new FixUp(instruction + bias, target + bias, values, vector);
    }
}
