package dev.trampette.spec;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The values of a number that a check may try: `{0..320 step 16}`, `{16,24,32}`, `{0..n-1}`, `{odd, top bit}`.
///
/// @param spans where they lie; nowhere in particular when there are none
/// @param traits what all of them have
public record Range(List<Span> spans, Set<Trait> traits) {

    /// All that the type has.
    public static final Range ALL = new Range(List.of(), Set.of());

    /// What a value has.
    public enum Trait {
        /// Its lowest bit is 1.
        ODD("odd"),
        /// Its lowest bit is 0.
        EVEN("even"),
        /// The highest bit of its type is 1.
        TOP("top bit");

        private final String label;

        Trait(String label) {
            this.label = label;
        }

        /// {@return the trait in contracts: `top bit`}
        public String label() {
            return label;
        }

        /// {@return whether a value has it}
        ///
        /// @param value what lies above its bits does not count
        /// @param bits how many its type has, 1 to 64
        public boolean isOf(long value, int bits) {
            return switch (this) {
                case ODD -> (value & 1) == 1;
                case EVEN -> (value & 1) == 0;
                case TOP -> (value >>> bits - 1 & 1) == 1;
            };
        }
    }

    /// Values with the same distance from one to the next.
    ///
    /// @param low the least
    /// @param high the greatest that may be
    /// @param step the distance, above 0
    public record Span(Amount low, Amount high, long step) {

        /// `16`, `0..320`, `0..320 step 16`.
        @Override
        public String toString() {
            return low.equals(high) ? low.toString()
                    : "%s..%s%s".formatted(low, high, step == 1 ? "" : " step " + step);
        }
    }

    /// The order of traits is of no account.
    public Range {
        spans = List.copyOf(spans);
        traits = traits.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(traits));
    }

    /// {@return the whole numbers from one to another}
    ///
    /// @param low the least
    /// @param high the greatest, itself one of them
    public static Range of(long low, long high) {
        return new Range(List.of(new Span(Amount.of(low), Amount.of(high), 1)), Set.of());
    }

    /// {@return whether any value of the type will do}
    public boolean isAll() {
        return equals(ALL);
    }

    /// {@return the whole number of the first span that is nearest to another one, when this is also the value of all
    /// that it depends on}
    ///
    /// @param wanted the number; without spans it is the answer itself
    public long near(long wanted) {
        BigDecimal number = BigDecimal.valueOf(wanted);
        return spans.isEmpty() ? wanted : number.max(spans.getFirst().low().value(_ -> number))
                .min(spans.getFirst().high().value(_ -> number).max(spans.getFirst().low().value(_ -> number)))
                .longValue();
    }

    /// {@return the names of the arguments that it depends on}
    public Set<String> names() {
        return spans.stream().flatMap(span -> Stream.of(span.low(), span.high()))
                .flatMap(amount -> amount.names().stream()).collect(Collectors.toSet());
    }

    /// As contracts have it; nothing for all.
    @Override
    public String toString() {
        return isAll() ? "" : Stream.concat(spans.stream().map(Span::toString),
                traits.stream().sorted().map(Trait::label)).collect(Collectors.joining(",", "{", "}"));
    }
}
