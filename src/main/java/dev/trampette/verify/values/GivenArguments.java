package dev.trampette.verify.values;

import dev.trampette.contract.Given;
import dev.trampette.contract.Parameter;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/// The arguments of a case, by their names.
///
/// @param parameters what they are
/// @param values the bits of each that count
/// @param memory what a pointer points to; no memory for what is none, or NULL
public record GivenArguments(List<Parameter> parameters, List<Long> values, List<MemorySegment> memory)
        implements Given {

    @Override
    public long value(String argument) {
        return values.get(number(argument, parameters));
    }

    @Override
    public double number(String argument) {
        int n = number(argument, parameters);
        return switch (parameters.get(n).type()) {
            case F64 -> Double.longBitsToDouble(values.get(n));
            case F32 -> Float.intBitsToFloat(values.get(n).intValue());
            default -> throw new IllegalArgumentException("not a floating-point number, argument="
                    + parameters.get(n).argument());
        };
    }

    @Override
    public MemorySegment memory(String argument) {
        int n = number(argument, parameters);
        if (!parameters.get(n).isPointer()) {
            throw new IllegalArgumentException("no pointer, argument=" + parameters.get(n).argument());
        }
        return memory.get(n);
    }

    private static int number(String name, List<Parameter> parameters) {
        return IntStream.range(0, parameters.size()).filter(n -> parameters.get(n).name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no argument of this name, argument=%s, arguments=%s"
                        .formatted(name, parameters.stream().map(Parameter::name).toList())));
    }
}
