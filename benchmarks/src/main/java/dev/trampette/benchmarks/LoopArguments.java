package dev.trampette.benchmarks;

import dev.trampette.contract.Contract;
import dev.trampette.contract.Parameter;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import dev.trampette.verify.values.Pairing;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the loop passes to two routines that are compared: every number is 1, or as near to it as its range allows, and
/// every pointer is memory, the same for both.
final class LoopArguments {

    private static final int LINE = 64;

    private final Map<String, Integer> offsets = new TreeMap<>();
    private final List<Pairing> sides;
    private final int size;

    LoopArguments(List<Pairing> sides) {
        this.sides = sides;
        Map<String, Integer> sizes = new TreeMap<>();
        sides.forEach(side -> {
            List<Pairing.Partner> partners = side.partners();
            List<Argument> arguments = side.own().signature().arguments();
            for (int n = 0; n < arguments.size(); n++) {
                if (arguments.get(n).isPointer()) {
                    sizes.merge(partners.get(n).name(), arguments.get(n).size(), Math::max);
                }
            }
        });
        int at = 0;
        for (Map.Entry<String, Integer> one : sizes.entrySet()) {
            offsets.put(one.getKey(), at);
            at += Math.ceilDiv(one.getValue(), LINE) * LINE;
        }
        this.size = at;
    }

    /// Why the loop cannot call a routine, a sentence without its name.
    static Optional<String> obstacle(Contract contract) {
        Convention convention = contract.signature().convention();
        if (!convention.isC()) {
            return Optional.of("it is no C function (convention %s), and the loop calls those".formatted(convention));
        }
        return contract.signature().parameters().stream().flatMap(parameter -> obstacle(parameter).stream())
                .findFirst();
    }

    private static Optional<String> obstacle(Parameter parameter) {
        return parameter.argument().callee().isPresent()
                ? Optional.of("it calls what %s points to".formatted(parameter.name()))
                : word(parameter.place()).isEmpty()
                ? Optional.of("%s is in %s, and the loop passes nothing there".formatted(parameter.name(),
                        parameter.place())) : Optional.empty();
    }

    /// Which word of a slot goes there.
    private static Optional<Integer> word(Place place) {
        List<Gpr> registers = Convention.SYSV.integers();
        return switch (place) {
            case Place.Register(Gpr register) -> Optional.of(registers.indexOf(register)).filter(n -> n >= 0);
            case Place.StackWord(int word) -> Optional.of(registers.size() + word)
                    .filter(n -> n < SlotTable.ARGUMENTS);
            default -> Optional.empty();
        };
    }

    /// The bytes of memory that the pointers need.
    int size() {
        return size;
    }

    /// The words of a slot.
    ///
    /// @param side which of the routines
    /// @param memory where the memory of the pointers begins
    long[] words(int side, long memory) {
        long[] words = new long[SlotTable.ARGUMENTS];
        List<Parameter> parameters = sides.get(side).own().signature().parameters();
        List<Pairing.Partner> partners = sides.get(side).partners();
        for (int n = 0; n < parameters.size(); n++) {
            Argument argument = parameters.get(n).argument();
            words[word(parameters.get(n).place()).orElseThrow()] = argument.isPointer()
                    ? memory + offsets.get(partners.get(n).name()) : partners.get(n).argument().range().near(1);
        }
        return words;
    }
}
