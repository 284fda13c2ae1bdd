package dev.trampette.verify.values;

import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractException;
import dev.trampette.contract.Parameter;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Range;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The numbers among the arguments, as they are chosen for a case: each from its values, behind those that these depend
/// on.
public final class Choice {

    /// How often numbers are chosen until they go together.
    private static final int TRIES = 64;
    /// A round without ends of ranges and equal arguments.
    private static final int PLAIN = 2;

    private final List<Parameter> parameters;
    /// Whether an instruction of ours gets the values, or a C function.
    private final boolean isPassedOn;
    /// The arguments in an order in which each comes behind those that its values depend on.
    private final List<Integer> order = new ArrayList<>();
    /// Those that a length depends on.
    private final Set<String> lengths;
    /// Those that anything depends on: a length, what a buffer holds, the values of another one.
    private final Set<String> needed;
    private final Map<String, Long> values = new HashMap<>();
    /// Sign and exponent of a `long double`.
    private final Map<String, Long> tops = new HashMap<>();
    private final Map<String, BigDecimal> numbers = new HashMap<>();

    public Choice(Contract contract) {
        parameters = contract.signature().parameters();
        isPassedOn = contract.effect().isPresent() && contract.signature().convention() != Convention.STACK;
        lengths = contract.buffers().stream().flatMap(buffer -> buffer.memory().count().names().stream())
                .collect(Collectors.toSet());
        needed = Stream.concat(contract.signature().arguments().stream().map(Argument::range).map(Range::names),
                contract.buffers().stream().map(buffer -> buffer.memory().names())).flatMap(Set::stream)
                .collect(Collectors.toSet());
        Set<String> known = new HashSet<>();
        long count = parameters.stream().map(Parameter::name).distinct().count();
        while (order.size() < count) {
            for (int n = 0; n < parameters.size(); n++) {
                Argument argument = parameters.get(n).argument();
                if (!known.contains(argument.name()) && known.containsAll(argument.range().names())) {
                    known.add(argument.name());
                    order.add(n);
                }
            }
        }
    }

    /// How a number is chosen.
    ///
    /// @param number its place among the arguments
    /// @param count how many those are
    /// @param random where it is drawn
    /// @param significant the bits that count
    /// @param name what it is called in ranges, beside its own name
    public record Drawing(Argument argument, int number, int count, Draws random, long significant, String name) {
    }

    /// Choose all of them. Where the values of one leave none for another, all are chosen again.
    ///
    /// @param drawings one for each argument
    public void renew(Round round, List<Drawing> drawings) {
        Round tried = round;
        for (int tries = 0; tries < TRIES; tries++) {
            values.clear();
            numbers.clear();
            if (isChosen(tried, drawings)) {
                return;
            }
            tried = new Round(PLAIN, round.placement(), -1);
        }
        throw new ContractException("no case: no values go together of " + parameters.stream()
                .map(parameter -> parameter.argument().toString()).collect(Collectors.joining(" ")));
    }

    private boolean isChosen(Round round, List<Drawing> drawings) {
        for (int n : order) {
            Argument argument = parameters.get(n).argument();
            if (argument.isPointer() || argument.callee().isPresent()) {
                continue;
            }
            Drawing drawing = drawings.get(n);
            Optional<Long> value = isLikePrevious(n, round) ? Optional.of(value(parameters.get(n - 1).name(), 0))
                    : random(drawing, round);
            if (value.isEmpty()) {
                return false;
            }
            if (argument.type() == Argument.Type.F80) {
                long[] extended = Extended.of(Double.longBitsToDouble(value.get()));
                values.put(argument.name(), extended[0]);
                tops.put(argument.name(), extended[1]);
                continue;
            }
            long bits = value.get() & argument.type().significantBits() & drawing.significant();
            values.put(argument.name(), bits);
            if (argument.type().isInteger()) {
                BigDecimal number = Numbers.number(bits, argument.type(), argument.range());
                numbers.put(argument.name(), number);
                numbers.put(drawing.name(), number);
            }
        }
        return true;
    }

    /// At times two arguments are equal, as far as they count.
    private boolean isLikePrevious(int n, Round round) {
        return round.isEqual() && n > 0 && values.containsKey(parameters.get(n - 1).name())
                && parameters.get(n).type() == parameters.get(n - 1).type()
                && parameters.get(n).type() != Argument.Type.F80
                && parameters.get(n).argument().range().equals(parameters.get(n - 1).argument().range());
    }

    /// A value of an argument; empty when it has none beside what is chosen already.
    private Optional<Long> random(Drawing drawing, Round round) {
        Argument argument = drawing.argument();
        Argument.Type type = argument.type() == Argument.Type.F80 ? Argument.Type.F64 : argument.type();
        Draws random = drawing.random();
        int count = drawing.count();
        boolean isEdge = round.isEdge(drawing.number(), count);
        if (!argument.range().isAll()) {
            Numbers range = new Numbers(type, argument.range(), numbers::get);
            OptionalLong chosen = round.rank() >= 0 && lengths.contains(argument.name()) ? range.nth(round.rank())
                    : isEdge ? range.end(round.isHighEdge(count)) : OptionalLong.empty();
            return chosen.isPresent() ? Optional.of(chosen.getAsLong()) : range.any(random);
        }
        if (type.isFloating()) {
            double value = round.number(drawing.number(), count, random);
            return Optional.of(type == Argument.Type.F64 ? Double.doubleToRawLongBits(value)
                    : Float.floatToRawIntBits((float) value));
        }
        // A _Bool has two values (psABI 3.1.2), but a wrapper that passes it on is tried with all of the byte.
        long mask = type == Argument.Type.BOOL && !isPassedOn ? 1 : -1;
        return Optional.of(round.bits(drawing.number(), count, random) & mask);
    }

    /// The part that counts of an argument.
    ///
    /// @param number of one with more than 64 bits, which 64
    public long value(String name, int number) {
        return number == 0 ? values.get(name) : tops.get(name);
    }

    /// The same, for people.
    public String text(Argument argument) {
        long value = value(argument.name(), 0);
        return switch (argument.type()) {
            case F64 -> String.valueOf(Double.longBitsToDouble(value));
            case F32 -> String.valueOf(Float.intBitsToFloat((int) value));
            case F80 -> "0x%04x:%016x".formatted(tops.get(argument.name()), value);
            case I8, I16, I32, I64 -> Numbers.number(value, argument.type(), argument.range()).toString();
            default -> Long.compareUnsigned(value, 10_000) < 0 ? String.valueOf(value) : "0x%x".formatted(value);
        };
    }

    /// Its value is said by somebody else.
    public void set(String name, long value) {
        values.put(name, value);
    }

    /// The number that it is.
    public BigDecimal number(String name) {
        return numbers.get(name);
    }

    /// Whether not every value can be tried: it has a range, or something depends on it.
    public boolean isBound(Argument argument) {
        return !argument.range().isAll() || needed.contains(argument.name());
    }

    /// How many values the number has that has the most of those that lengths depend on; 0 when none does.
    ///
    /// @param most it is not counted further
    public int lengths(int most) {
        return parameters.stream().map(Parameter::argument).filter(argument -> lengths.contains(argument.name()))
                .filter(argument -> argument.range().names().isEmpty())
                .mapToInt(argument -> Numbers.fixed(argument.type(), argument.range()).count(most)).max().orElse(0);
    }
}
