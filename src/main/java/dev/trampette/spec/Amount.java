package dev.trampette.spec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A number, or what is computed of numbers among the arguments: `320`, `n`, `n - 1`, `rows * columns * 4`.
public sealed interface Amount {

    /// {@return its value}
    ///
    /// @param arguments the value of an argument by its name
    BigDecimal value(Function<String, BigDecimal> arguments);

    /// {@return the least and the greatest that it can be}
    ///
    /// @param arguments the same of an argument by its name
    Bounds bounds(Function<String, Bounds> arguments);

    /// {@return the names of the arguments that it depends on; none for a number}
    Set<String> names();

    /// {@return a whole number}
    ///
    /// @param value the number, with its sign
    static Amount of(long value) {
        return new Number(BigDecimal.valueOf(value));
    }

    /// {@return whether it is the same in each call}
    default boolean isFixed() {
        return names().isEmpty();
    }

    /// {@return what it is in each call}
    ///
    /// @throws IllegalArgumentException when it depends on arguments
    default BigDecimal fixed() {
        return value(name -> {
            throw new IllegalArgumentException("no number: " + name);
        });
    }

    /// From where to where a number goes.
    ///
    /// @param low the least value
    /// @param high the greatest, which it can be too
    record Bounds(BigDecimal low, BigDecimal high) {
    }

    /// A number.
    ///
    /// @param value the number, which may be a fraction; zeroes at its end and exponents are gone
    record Number(BigDecimal value) implements Amount {

        private static final BigDecimal LARGE = BigDecimal.valueOf(1L << 32);

        /// A number is equal to itself, however it was written.
        public Number {
            value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
            value = value.scale() < 0 ? value.setScale(0) : value;
        }

        @Override
        public BigDecimal value(Function<String, BigDecimal> arguments) {
            return value;
        }

        @Override
        public Bounds bounds(Function<String, Bounds> arguments) {
            return new Bounds(value, value);
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public String toString() {
            return value.scale() == 0 && value.compareTo(LARGE) >= 0 ? "0x" + value.toBigInteger().toString(16)
                    : value.toPlainString();
        }
    }

    /// The value of an argument.
    ///
    /// @param name of the argument, as its contract has it
    record Of(String name) implements Amount {
        @Override
        public BigDecimal value(Function<String, BigDecimal> arguments) {
            return arguments.apply(name);
        }

        @Override
        public Bounds bounds(Function<String, Bounds> arguments) {
            return arguments.apply(name);
        }

        @Override
        public Set<String> names() {
            return Set.of(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// What is done with two numbers.
    enum Operator {
        /// The sum.
        PLUS('+', 0),
        /// The left one less the right one.
        MINUS('-', 0),
        /// The product.
        TIMES('*', 1),
        /// The quotient, rounded towards 0, as C does it; 0 where the right one is 0.
        OVER('/', 1);

        private final char sign;
        private final int rank;

        Operator(char sign, int rank) {
            this.sign = sign;
            this.rank = rank;
        }

        BigDecimal of(BigDecimal left, BigDecimal right) {
            return switch (this) {
                case PLUS -> left.add(right);
                case MINUS -> left.subtract(right);
                case TIMES -> left.multiply(right);
                case OVER -> right.signum() == 0 ? BigDecimal.ZERO : left.divide(right, 0, RoundingMode.DOWN);
            };
        }
    }

    /// A sum, a difference, a product, a quotient.
    ///
    /// @param left the first of the two
    /// @param operator what is done with them
    /// @param right the second
    record Computed(Amount left, Operator operator, Amount right) implements Amount {
        @Override
        public BigDecimal value(Function<String, BigDecimal> arguments) {
            return operator.of(left.value(arguments), right.value(arguments));
        }

        @Override
        public Bounds bounds(Function<String, Bounds> arguments) {
            Bounds a = left.bounds(arguments);
            Bounds b = right.bounds(arguments);
            Set<BigDecimal> corners = Stream.of(a.low, a.high).flatMap(one -> Stream.of(b.low, b.high)
                    .map(other -> operator.of(one, other))).collect(Collectors.toSet());
            return new Bounds(corners.stream().min(BigDecimal::compareTo).orElseThrow(),
                    corners.stream().max(BigDecimal::compareTo).orElseThrow());
        }

        @Override
        public Set<String> names() {
            return Stream.of(left, right).flatMap(side -> side.names().stream()).collect(Collectors.toSet());
        }

        /// With the brackets that it needs.
        @Override
        public String toString() {
            return bracketed(left, false) + operator.sign + bracketed(right, true);
        }

        private String bracketed(Amount side, boolean isRight) {
            boolean isLooser = side instanceof Computed(_, Operator inner, _)
                    && (inner.rank < operator.rank || isRight && inner.rank == operator.rank);
            return isLooser ? "(" + side + ")" : side.toString();
        }
    }
}
