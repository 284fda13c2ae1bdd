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
/// @param convention where parameters and results go, and what is preserved
/// @param values what it is given, in order, as C has it
/// @param fixed of a variadic function, how many of them its prototype names
/// @param parameters the scalars of all that, each in its place; and those that the caller adds: where a structure is
///        returned, how many vectors a variadic function is given
/// @param isVoid whether nothing comes back: neither a result nor a status
/// @param returned the type of the result or the status; empty when it is not said, or nobody looks at it
/// @param results the scalars of that, each in its place; none of a structure that is returned in memory
/// @param status the register with the status, or the result
/// @param left the registers in which what came back from the instruction is left, each its own
public record Signature(Convention convention, List<Value> values, OptionalInt fixed, List<Parameter> parameters,
        boolean isVoid, Optional<Value> returned, List<Parameter> results, Gpr status, List<Gpr> left) {

    /// The name of the pointer to a structure that is returned in memory, and of a result.
    public static final String RESULT = "result";
    /// The name of the number of vectors that a variadic function is given, at most.
    public static final String VECTORS = "al";

    private static final int UPPER = 2;

    /// {@return the type of a result that is one scalar; empty for a structure, a vector, and where nobody looks at it}
    public Optional<Argument.Type> result() {
        return returned.filter(value -> value.kind() == Value.Kind.SCALAR)
                .map(value -> value.members().getFirst().argument().type());
    }

    /// {@return the bits of the status register that count: all, when the type of the result is not said}
    public long significantBits() {
        return result().map(Argument.Type::significantBits).orElse(-1L);
    }

    /// {@return the parameters without their places}
    public List<Argument> arguments() {
        return parameters.stream().map(Parameter::argument).toList();
    }

    /// {@return the places of the parameters, in order}
    public List<Place> places() {
        return parameters.stream().map(Parameter::place).toList();
    }

    /// {@return whether a structure is returned in memory} Its address is the first parameter, and is returned too.
    public boolean isReturnedInMemory() {
        return returned.isPresent() && results.isEmpty();
    }

    /// {@return whether vectors of more than 128 bits go in or out} Then their upper halves are in use.
    public boolean hasUpperHalves() {
        return Stream.concat(parameters.stream(), results.stream()).anyMatch(one ->
                one.place() instanceof Place.Vector vector && vector.lane() >= UPPER);
    }

    /// {@return whether something comes back in x87 registers}
    public boolean isReturnedOnX87() {
        return results.stream().anyMatch(part -> part.place() instanceof Place.Top);
    }

    /// {@return what RSP is a multiple of at the call, in bytes: 16, or that of the largest vector on the stack} See
    /// psABI 3.2.2.
    public int stackAlignment() {
        return Stream.concat(Stream.of(Convention.STACK_ALIGNMENT), values.stream().filter(value ->
                parameters.stream().anyMatch(one -> one.place() instanceof Place.StackWord
                        && value.members().getFirst().argument().equals(one.argument())))
                .map(Value::alignment)).max(Integer::compare).orElseThrow();
    }

    /// {@return the names of pointers of which nobody has said how much they point to}
    public List<String> unsized() {
        return arguments().stream().filter(argument -> argument.type().isPointer() && argument.length() == 0)
                .map(Argument::name).toList();
    }
}
