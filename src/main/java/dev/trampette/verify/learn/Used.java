package dev.trampette.verify.learn;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.spec.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// The arguments that a routine uses as numbers, and where a value that is seen at an instruction is from.
final class Used {

    private final Experiment experiment;
    private final Convention convention;
    private final Map<Integer, Argument.Type> numbers = new LinkedHashMap<>();

    Used(Experiment experiment, Convention convention) {
        this.experiment = experiment;
        this.convention = convention;
    }

    /// Where the value of a register at the instruction is from, by two calls with other arguments; empty when nobody
    /// knows.
    Optional<Source> source(Gpr register, Shown first, Shown second) {
        return source(first.executions().getFirst().get(register), second.executions().getFirst().get(register), first,
                second);
    }

    /// The same, of a value that was seen in both calls.
    Optional<Source> source(long one, long other, Shown first, Shown second) {
        for (int n = 0; n < Learner.PLACES; n++) {
            if (experiment.words(n) > 0 && one == first.arguments()[n]) {
                return Optional.empty();
            }
        }
        if (one == other) {
            return Optional.of(new Source.Constant(one));
        }
        for (Argument.Type type : List.of(Argument.Type.U64, Argument.Type.U32, Argument.Type.U16, Argument.Type.U8)) {
            long mask = type.significantBits();
            for (int n = 0; n < Learner.PARAMETERS; n++) {
                if (experiment.words(n) == 0 && one == (first.arguments()[n] & mask)
                        && other == (second.arguments()[n] & mask)) {
                    numbers.merge(n, type, (a, b) -> a.compareTo(b) > 0 ? a : b);
                    return Optional.of(new Source.Parameter(name(n)));
                }
            }
        }
        return element(one, other, first, second);
    }

    private Optional<Source> element(long one, long other, Shown first, Shown second) {
        for (int n = 0; n < Learner.PLACES; n++) {
            for (int word = 0; word < Math.min(first.memory()[n].length, second.memory()[n].length); word++) {
                if (first.memory()[n][word] == one && second.memory()[n][word] == other) {
                    return Optional.of(new Source.Element(name(n), word));
                }
            }
        }
        return Optional.empty();
    }

    /// An argument is used, as a number.
    void isNumber(int argument) {
        numbers.put(argument, Argument.Type.U64);
    }

    /// Whether the argument is there that the convention passes there.
    boolean isUntouched(Gpr register, Shown first, Shown second) {
        int argument = convention.integers().indexOf(register);
        return argument >= 0 && first.executions().getFirst().get(register) == first.arguments()[argument]
                && second.executions().getFirst().get(register) == second.arguments()[argument];
    }

    static String name(int argument) {
        return "a" + argument;
    }

    /// Whether it is used so.
    boolean isAsNumber(int argument) {
        return numbers.containsKey(argument);
    }

    /// The widest part of it that was seen.
    Argument.Type type(int argument) {
        return numbers.getOrDefault(argument, Argument.Type.U64);
    }

    /// Look at something that says nothing of an argument.
    <T> T aside(Supplier<T> look) {
        Map<Integer, Argument.Type> before = new LinkedHashMap<>(numbers);
        T seen = look.get();
        numbers.clear();
        numbers.putAll(before);
        return seen;
    }

    /// Whether one of the first two arguments matters: where neither does, what is used is no argument.
    boolean isFirstUsed() {
        return IntStream.range(0, 2).anyMatch(n -> numbers.containsKey(n) || experiment.words(n) > 0);
    }

    /// Take no number for an argument.
    void forgetNumbers() {
        numbers.clear();
    }

    /// Whether a source is the argument that the convention has in a register.
    boolean isPlaceOf(Gpr register, Source source) {
        return source instanceof Source.Parameter(String name)
                && experiment.place(Integer.parseInt(name.substring(1))).equals(new Place.Register(register));
    }
}
