package dev.trampette.verify.trial;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A value that random numbers never are, in what a contract does not name: in all of it, or in a part.
///
/// @param part what is filled
/// @param register the register, when it is one
/// @param value 0, 1 or -1; of a flag the lowest bit counts
public record Filling(Part part, Optional<Gpr> register, long value) {

    /// What is filled.
    enum Part {
        ALL("everything that is not named"),
        REGISTER(""),
        FLAGS("the arithmetic flags"),
        STACK("the stack below rsp"),
        FRAME("the caller's frame"),
        VECTORS("the vectors");

        private final String text;

        Part(String text) {
            this.text = text;
        }
    }

    private static final long[] VALUES = {0, 1, -1};

    /// All of them that make sense for one routine.
    ///
    /// @param whole those of everything
    /// @param parts those of a part
    public record Choice(List<Filling> whole, List<Filling> parts) {

        /// Those of one round of one outcome: over all rounds each outcome has those of everything, and all outcomes
        /// together have each of a part at least once.
        ///
        /// @param outcome the number of the outcome
        /// @param outcomes how many there are
        /// @param round the number of the round
        /// @param rounds how many there are
        public List<Filling> of(int outcome, int outcomes, int round, int rounds) {
            int count = whole.size() + Math.ceilDiv(parts.size(), outcomes);
            int first = count * round / rounds;
            return IntStream.range(first, count * (round + 1) / rounds).mapToObj(n -> n < whole.size() ? whole.get(n)
                    : parts.get(((n - whole.size()) * outcomes + outcome) % parts.size())).toList();
        }
    }

    /// All of them, but those of registers that have a name in the contract.
    static Choice choice(Arguments arguments) {
        List<Filling> whole = new ArrayList<>();
        List<Filling> parts = new ArrayList<>();
        for (long value : VALUES) {
            whole.add(new Filling(Part.ALL, Optional.empty(), value));
            for (Part part : List.of(Part.FLAGS, Part.STACK, Part.FRAME, Part.VECTORS)) {
                parts.add(new Filling(part, Optional.empty(), value));
            }
            for (Gpr register : Gpr.values()) {
                if (register != Gpr.RSP && !arguments.isNamed(new Place.Register(register))) {
                    parts.add(new Filling(Part.REGISTER, Optional.of(register), value));
                }
            }
        }
        return new Choice(List.copyOf(whole), List.copyOf(parts));
    }

    /// Whether a part is filled.
    boolean isOf(Part other) {
        return part == Part.ALL || part == other;
    }

    /// Whether a register is filled.
    boolean isOf(Gpr other) {
        return part == Part.ALL || register.filter(filled -> filled == other).isPresent();
    }

    /// For a finding: `rcx = 0`.
    @Override
    public String toString() {
        return "%s = %d".formatted(register.map(Gpr::toString).orElse(part.text), value);
    }
}
