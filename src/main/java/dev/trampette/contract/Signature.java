package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.util.List;
import java.util.Optional;

/// How a routine is called, and what comes back.
///
/// @param convention how
/// @param parameters in order, each in its place
/// @param isVoid whether nothing comes back: neither a result nor a status
/// @param result the type of what a function returns that executes no instruction; empty when nobody looks at it
/// @param status the register with the status, or the result
/// @param left the registers in which what came back from the instruction is left, each its own
public record Signature(Convention convention, List<Parameter> parameters, boolean isVoid,
        Optional<Argument.Type> result, Gpr status, List<Gpr> left) {

    /// The bits of the status, or of the result, that count.
    public long significantBits() {
        return result.map(Argument.Type::significantBits).orElse(-1L);
    }

    /// The parameters without their places.
    public List<Argument> arguments() {
        return parameters.stream().map(Parameter::argument).toList();
    }

    /// The places of the parameters, in order.
    public List<Place> places() {
        return parameters.stream().map(Parameter::place).toList();
    }

    /// Where the result is: in the register of the status, or in xmm0.
    public Optional<Place> resultPlace() {
        return result.map(type -> type.isFloating() ? new Place.Vector(0) : new Place.Register(status));
    }
}
