package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.spec.Range;
import dev.trampette.spec.Value;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// The terms of a contract that say how a routine is called.
abstract sealed class SignatureTerms permits EffectTerms {

    /// More vectors do not carry arguments (psABI 3.2.3).
    private static final int MOST_VECTORS = 8;

    Convention convention = Convention.SYSV;
    final List<Value> values = new ArrayList<>();
    OptionalInt fixed = OptionalInt.empty();
    final List<Argument> memory = new ArrayList<>();
    final Map<String, Consumer<MemorySegment>> fills = new LinkedHashMap<>();
    Optional<Value> result = Optional.empty();
    boolean isVoid;
    Gpr status = Gpr.RAX;
    List<Gpr> left = List.of();
    boolean isExtended;

    /// Say how it is called.
    ///
    /// @param value System V, when it is not said
    /// @return this
    public ContractBuilder convention(Convention value) {
        convention = value;
        return self();
    }

    /// Add a parameter behind those that there are.
    ///
    /// @param argument its name, type and values
    /// @return this
    public ContractBuilder parameter(Argument argument) {
        return parameter(Value.of(argument));
    }

    /// Add a parameter of any type: a structure, a vector, a number of 128 bits.
    ///
    /// @param value its name and type
    /// @return this
    public ContractBuilder parameter(Value value) {
        values.add(value);
        return self();
    }

    /// Another one in the place of the one of its name; behind `...` one more.
    ///
    /// @throws IllegalArgumentException when there is none
    ContractBuilder refine(Value value) {
        List<String> names = values.stream().map(Value::name).toList();
        int n = names.indexOf(value.name());
        ContractRules.require(n >= 0 || fixed.isPresent(), "no argument %s; there are %s", value.name(),
                String.join(" ", names));
        if (n >= 0) {
            values.set(n, value);
        } else {
            values.add(value);
        }
        return self();
    }

    /// The parameters that follow are those behind the `...` of a prototype.
    ///
    /// @return this
    public ContractBuilder variadic() {
        fixed = OptionalInt.of(values.size());
        return self();
    }

    /// Add memory of the call to which no argument points, but an address among the contents of other memory.
    ///
    /// @param buffer a pointer, by whose name others refer to it
    /// @return this
    public ContractBuilder memory(Argument buffer) {
        memory.add(buffer);
        return self();
    }

    /// Let the caller write what a buffer holds, before each case: see [Contract#fill].
    ///
    /// @param buffer the name of a pointer
    /// @param filler is given the memory itself
    /// @return this
    public ContractBuilder fill(String buffer, Consumer<MemorySegment> filler) {
        fills.put(buffer, filler);
        return self();
    }

    /// Say what is returned, a status too. All 64 bits of a status count when it is not said.
    ///
    /// @param type of one scalar
    /// @return this
    public ContractBuilder result(Argument.Type type) {
        return result(Value.of(new Argument(Signature.RESULT, type, 0)));
    }

    /// Say what is returned.
    ///
    /// @param value a scalar, a structure, a vector, a number of 128 bits
    /// @return this
    public ContractBuilder result(Value value) {
        result = Optional.of(value);
        isVoid = false;
        return self();
    }

    /// Something comes back, and nobody looks at it: `result=any`.
    ///
    /// @return this
    public ContractBuilder returnsAnything() {
        result = Optional.empty();
        isVoid = false;
        return self();
    }

    /// Nothing comes back, neither a result nor a status: `result=void`.
    ///
    /// @return this
    public ContractBuilder returnsNothing() {
        result = Optional.empty();
        isVoid = true;
        return self();
    }

    /// Say where the status is after the call, or the result.
    ///
    /// @param register RAX, when it is not said
    /// @return this
    public ContractBuilder status(Gpr register) {
        status = register;
        return self();
    }

    /// Say in which registers what came back is left.
    ///
    /// @param registers each holds its own value, as the instruction has left it
    /// @return this
    public ContractBuilder left(List<Gpr> registers) {
        left = List.copyOf(registers);
        return self();
    }

    /// The caller extends narrow integers to 32 bits, by their signs: `narrow=extended`.
    ///
    /// @return this
    public ContractBuilder extended() {
        isExtended = true;
        return self();
    }

    /// @param resolved what it is given
    Signature signature(List<Value> resolved) {
        boolean isInMemory = result.filter(convention::isReturnedInMemory).isPresent();
        List<Value> given = new ArrayList<>(resolved);
        if (isInMemory) {
            given.addFirst(Value.of(inMemory(result.get())));
        }
        List<Parameter> parameters = new ArrayList<>(convention.located(given).stream()
                .map(located -> Parameter.of(located, isExtended)).toList());
        if (fixed.isPresent() && convention.equals(Convention.SYSV)) {
            long vectors = parameters.stream().map(Parameter::place).filter(Place.Vector.class::isInstance)
                    .map(place -> ((Place.Vector) place).number()).distinct().count();
            parameters.add(new Parameter(new Argument(Signature.VECTORS, Argument.Type.U8,
                    Range.of(vectors, MOST_VECTORS)), new Place.Register(Gpr.RAX), 0, 0, false));
        }
        List<Parameter> results = result.filter(_ -> !isInMemory).map(value -> convention.results(value, status)
                .stream().map(located -> Parameter.of(located, false)).toList()).orElse(List.of());
        return new Signature(convention, List.copyOf(resolved), fixed, List.copyOf(parameters), isVoid, result, results,
                status, left);
    }

    /// Where a structure is returned: elements as large as its alignment.
    private static Argument inMemory(Value value) {
        Argument.Type element = Argument.Type.unsigned(value.alignment());
        return new Argument(Signature.RESULT, Argument.Type.OUT, value.bytes() / element.bytes(), element);
    }

    /// This, as what it is: nothing else is one.
    final ContractBuilder self() {
        return (ContractBuilder) this;
    }
}
