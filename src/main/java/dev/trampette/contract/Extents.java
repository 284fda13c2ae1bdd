package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Amount;
import dev.trampette.spec.Amount.Bounds;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Range;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How large buffers can be whose lengths depend on arguments, and how large these can be.
final class Extents {

    /// The most that a number is tried with on which a length depends, when nobody says.
    private static final long MOST = 320;

    private final Map<String, Argument> arguments;
    private final Map<String, Bounds> bounds = new HashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();

    private Extents(List<Argument> arguments) {
        this.arguments = arguments.stream().collect(Collectors.toMap(Argument::name, it -> it, (one, _) -> one));
    }

    /// The arguments, with the most elements of each buffer, and with a range for each number that a length depends on.
    ///
    /// @throws IllegalArgumentException when one depends on what is no number, or on itself
    static List<Argument> resolved(List<Argument> all) {
        Set<String> lengths = new HashSet<>();
        all.forEach(argument -> lengths.addAll(argument.memory().count().names()));
        List<Argument> ranged = all.stream().map(argument -> lengths.contains(argument.name())
                && argument.range().spans().isEmpty() && !argument.isPointer() ? ranged(argument) : argument).toList();
        Extents extents = new Extents(ranged);
        ranged.forEach(argument -> Stream.concat(argument.range().names().stream(),
                argument.memory().names().stream()).forEach(extents::number));
        return ranged.stream().map(argument -> argument.isPointer() ? argument.withLength(extents.length(argument))
                : argument).toList();
    }

    private static Argument ranged(Argument argument) {
        BigInteger greatest = greatest(argument.type());
        Range.Span span = new Range.Span(Amount.of(0), Amount.of(greatest.min(BigInteger.valueOf(MOST)).longValue()),
                1);
        return argument.within(new Range(List.of(span), argument.range().traits()));
    }

    /// The greatest value of a type.
    static BigInteger greatest(Argument.Type type) {
        BigInteger all = new BigInteger(Long.toUnsignedString(type.significantBits()));
        return type.isSigned() ? all.shiftRight(1) : all;
    }

    private int length(Argument argument) {
        BigDecimal most = argument.memory().count().bounds(this::number).high().setScale(0, RoundingMode.CEILING);
        require(most.compareTo(BigDecimal.valueOf(ContractRules.MOST_ELEMENTS)) <= 0,
                "%s has up to %s elements; %d are the most", argument, most.toPlainString(),
                ContractRules.MOST_ELEMENTS);
        return most.max(BigDecimal.ZERO).intValue();
    }

    /// From where to where an argument goes.
    private Bounds number(String name) {
        Argument argument = arguments.get(name);
        require(argument != null, "there is no argument %s", name);
        require(!argument.isPointer() && argument.callee().isEmpty() && !argument.type().isFloating(),
                "%s is no whole number", argument);
        if (!bounds.containsKey(name)) {
            require(asked.add(name), "%s depends on itself", argument);
            Range range = argument.range();
            List<Bounds> ends = range.spans().stream().map(span -> new Bounds(span.low().bounds(this::number).low(),
                    span.high().bounds(this::number).high())).toList();
            bounds.put(name, ends.isEmpty()
                    ? new Bounds(BigDecimal.ZERO, new BigDecimal(greatest(argument.type())))
                    : new Bounds(ends.stream().map(Bounds::low).min(Comparator.naturalOrder()).orElseThrow(),
                            ends.stream().map(Bounds::high).max(Comparator.naturalOrder()).orElseThrow()));
        }
        return bounds.get(name);
    }
}
