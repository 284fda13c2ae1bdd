package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.spec.Value;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// How a routine is called, and what comes back.
///
/// @param convention how
/// @param values what it is given, in order, as C has it
/// @param fixed of a variadic function, how many of them its prototype names
/// @param parameters the scalars of all that, each in its place; and those that the caller adds: where a structure is
///        returned, how many vectors a variadic function is given
/// @param isVoid whether nothing comes back: neither a result nor a status
/// @param returned what a function returns that executes no instruction; empty when nobody looks at it
/// @param results the scalars of that, each in its place; none of a structure that is returned in memory
/// @param status the register with the status, or the result
/// @param left the registers in which what came back from the instruction is left, each its own
public record Signature(Convention convention, List<Value> values, OptionalInt fixed, List<Parameter> parameters,
        boolean isVoid, Optional<Value> returned, List<Parameter> results, Gpr status, List<Gpr> left) {

    /// The name of the pointer to a structure that is returned in memory.
    public static final String RESULT = "result";
    /// The name of the number of vectors that a variadic function is given, at most.
    public static final String VECTORS = "al";

    private static final int UPPER = 2;

    /// The type of a result that is one scalar.
    public Optional<Argument.Type> result() {
        return returned.filter(value -> value.kind() == Value.Kind.SCALAR)
                .map(value -> value.members().getFirst().argument().type());
    }

    /// The bits of the status, or of the result, that count.
    public long significantBits() {
        return result().map(Argument.Type::significantBits).orElse(-1L);
    }

    /// The parameters without their places.
    public List<Argument> arguments() {
        return parameters.stream().map(Parameter::argument).toList();
    }

    /// The places of the parameters, in order.
    public List<Place> places() {
        return parameters.stream().map(Parameter::place).toList();
    }

    /// Whether a structure is returned in memory, whose address is returned too.
    public boolean isReturnedInMemory() {
        return returned.isPresent() && results.isEmpty();
    }

    /// Whether vectors of more than 128 bits go in or out: then their upper halves are in use.
    public boolean hasUpperHalves() {
        return Stream.concat(parameters.stream(), results.stream()).anyMatch(one ->
                one.place() instanceof Place.Vector vector && vector.lane() >= UPPER);
    }

    /// Whether something comes back in x87 registers.
    public boolean isReturnedOnX87() {
        return results.stream().anyMatch(part -> part.place() instanceof Place.Top);
    }

    /// What RSP is a multiple of at the call: that of the largest vector on the stack (psABI 3.2.2).
    public int stackAlignment() {
        return Stream.concat(Stream.of(Convention.STACK_ALIGNMENT), values.stream().filter(value ->
                parameters.stream().anyMatch(one -> one.place() instanceof Place.StackWord
                        && value.members().getFirst().argument().equals(one.argument())))
                .map(Value::alignment)).max(Integer::compare).orElseThrow();
    }

    /// The pointers of which nobody has said how much they point to.
    public List<String> unsized() {
        return arguments().stream().filter(argument -> argument.type().isPointer() && argument.length() == 0)
                .map(Argument::name).toList();
    }
}
