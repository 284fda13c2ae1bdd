package dev.trampette.verify.values;

import dev.trampette.spec.Amount;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Range;
import dev.trampette.verify.walk.Explorer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The values of a number that may be tried in a case: those of its range, when all that they depend on is known.
public final class Numbers {

    /// How often a value is drawn until it has what the range says that it has.
    private static final int TRIES = 64;

    /// Whole numbers with a distance.
    private record Values(BigInteger low, BigInteger high, long step) {

        long count() {
            return high.subtract(low).divide(BigInteger.valueOf(step)).min(BigInteger.valueOf(Long.MAX_VALUE - 1))
                    .longValueExact() + 1;
        }

        long nth(long n) {
            return low.longValue() + n * step;
        }

        long down(long value) {
            return step == 1 ? value : low.longValue() + Long.divideUnsigned(value - low.longValue(), step) * step;
        }

        /// A wish of the [Explorer] is a number as it is, wherever the range allows that.
        public long any(RandomGenerator random) {
            BigInteger most = high.subtract(low);
            if (low.bitLength() < Long.SIZE && high.add(BigInteger.ONE).bitLength() < Long.SIZE) {
                return down(random.nextLong(low.longValue(), high.longValue() + 1));
            }
            if (most.bitLength() < Long.SIZE - 1) {
                return down(low.longValue() + random.nextLong(0, most.longValue() + 1));
            }
            long offset = random.nextLong();
            while (Long.compareUnsigned(offset, most.longValue()) > 0) {
                offset = random.nextLong();
            }
            return down(low.longValue() + offset);
        }
    }

    private final Argument.Type type;
    private final Range range;
    private final List<Values> values;
    private final double low;
    private final double high;

    /// @param known the values of the arguments that the range depends on
    public Numbers(Argument.Type type, Range range, Function<String, BigDecimal> known) {
        this.type = type;
        this.range = range;
        this.values = type.isFloating() ? List.of() : range.spans().stream()
                .map(span -> new Values(whole(span.low(), known, RoundingMode.CEILING),
                        whole(span.high(), known, RoundingMode.FLOOR), span.step()))
                .filter(span -> span.low.compareTo(span.high) <= 0).toList();
        this.low = range.spans().isEmpty() ? 0 : range.spans().getFirst().low().value(known).doubleValue();
        this.high = range.spans().isEmpty() ? 0 : range.spans().getLast().high().value(known).doubleValue();
    }

    private static BigInteger whole(Amount amount, Function<String, BigDecimal> known, RoundingMode mode) {
        return amount.value(known).setScale(0, mode).toBigInteger();
    }

    /// Those of a range that depends on nothing.
    public static Numbers fixed(Argument.Type type, Range range) {
        return new Numbers(type, range, name -> {
            throw new IllegalArgumentException("no number: " + name);
        });
    }

    /// Whether there are any.
    boolean isAny() {
        return range.spans().isEmpty() || type.isFloating() || !values.isEmpty();
    }

    /// One of them; empty when none was found.
    public Optional<Long> any(RandomGenerator random) {
        if (type.isFloating()) {
            return Optional.of(bits(low + random.nextDouble() * (high - low)));
        }
        for (int n = 0; n < TRIES && isAny(); n++) {
            long value = values.isEmpty() ? random.nextLong() : values.get(values.size() == 1 ? 0
                    : random.nextInt(values.size())).any(random);
            if (range.traits().isEmpty() || has(value)) {
                return Optional.of(value);
            }
            if (values.isEmpty()) {
                return Optional.of(made(value));
            }
        }
        return Optional.empty();
    }

    /// The least, or the greatest, as it is written.
    public OptionalLong end(boolean isHigh) {
        if (type.isFloating()) {
            return OptionalLong.of(bits(isHigh ? high : low));
        }
        if (values.isEmpty()) {
            return OptionalLong.empty();
        }
        Values span = isHigh ? values.getLast() : values.getFirst();
        long end = span.nth(isHigh ? span.count() - 1 : 0);
        for (int n = 0; n < TRIES && !has(end) && n < span.count(); n++) {
            end += isHigh ? -span.step : span.step;
        }
        return has(end) ? OptionalLong.of(end) : OptionalLong.empty();
    }

    /// The nth of them, counted round.
    OptionalLong nth(long n) {
        if (values.isEmpty()) {
            return OptionalLong.empty();
        }
        long left = n % count(Integer.MAX_VALUE);
        for (Values span : values) {
            if (left < span.count()) {
                long value = span.nth(left);
                return has(value) ? OptionalLong.of(value) : OptionalLong.empty();
            }
            left -= span.count();
        }
        return OptionalLong.empty();
    }

    /// How many there are, traits apart; so many at most.
    int count(int most) {
        return (int) values.stream().mapToLong(Values::count).reduce(0, (a, b) ->
                Math.min(a + Math.min(b, most), most));
    }

    private boolean has(long value) {
        return range.traits().stream().allMatch(trait -> trait.isOf(value, type.bytes() * Byte.SIZE));
    }

    private long made(long value) {
        long made = value;
        for (Range.Trait trait : range.traits()) {
            made = switch (trait) {
                case ODD -> made | 1;
                case EVEN -> made & ~1L;
                case TOP -> made | 1L << type.bytes() * Byte.SIZE - 1;
            };
        }
        return made;
    }

    private long bits(double value) {
        return type == Argument.Type.F64 ? Double.doubleToRawLongBits(value) : Float.floatToRawIntBits((float) value);
    }

    /// The number that a value of a range is: with a sign, where the range goes below 0.
    static BigDecimal number(long value, Argument.Type type, Range range) {
        boolean isSigned = type.isSigned() || range.spans().stream().anyMatch(span -> span.low().isFixed()
                && span.low().fixed().signum() < 0);
        long shift = Long.SIZE - type.bytes() * Byte.SIZE;
        return isSigned ? BigDecimal.valueOf(value << shift >> shift)
                : new BigDecimal(Long.toUnsignedString(value & type.significantBits()));
    }
}
