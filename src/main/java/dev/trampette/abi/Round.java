package dev.trampette.abi;

import java.util.random.RandomGenerator;

/// How often the outcomes of a routine were tried before. In every second round one value is from the end of what is
/// possible, for random values of 64 bits never are; and in half of them what is above narrow arguments is 0, as most
/// callers leave it.
///
/// @param number 0, 1, 2 ...
record Round(int number) {

    private static final long[] EDGES = {0, -1, Long.MIN_VALUE, 1, 0xffffffffL, Integer.MIN_VALUE, 0x80000000L,
        Integer.MAX_VALUE, Long.MAX_VALUE, 0x80, 0x7f, 0x8000, 0x7fff};
    private static final double[] DOUBLES = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE,
        Double.NEGATIVE_INFINITY, 1.0, Double.MIN_NORMAL, Double.MAX_VALUE};

    /// Whether what is above narrow arguments is 0 before it is complemented: in a pattern that keeps step with no
    /// other.
    boolean isClearAbove() {
        return Integer.bitCount(number) % 2 == 1;
    }

    /// Whether there is a call with other modes of rounding and precision: the result may be another one then.
    boolean hasOtherModes() {
        return number % 4 == 1;
    }

    /// Whether there are calls that look for what is derived from values of the other side's.
    boolean isForLeaks() {
        return number % 4 == 2;
    }

    /// Whether flags are set at the entry that the contract wants clean at inner calls.
    boolean isWithFlags() {
        return number % 2 == 0;
    }

    /// Whether arguments of one type are equal.
    boolean isEqual() {
        return number % 4 == 0 && number > 0;
    }

    /// The bits that differ in another call, of what must not matter: all, or random ones, for all of two values may
    /// leave what is between them as it was.
    long change(RandomGenerator random) {
        return number == 0 || number % 4 == 2 ? -1 : random.nextLong();
    }

    /// Whether the nth of so many values is from the end of what is possible.
    boolean isEdge(int n, int values) {
        return number % 2 == 1 && number / 2 % values == n;
    }

    /// Any 64 bits, for the nth of so many values.
    long bits(int n, int values, RandomGenerator random) {
        return isEdge(n, values) ? EDGES[number / 2 / values % EDGES.length] : random.nextLong();
    }

    /// The ends of a range in turn.
    double end(double low, double high, int values) {
        return number / 2 / values % 2 == 0 ? low : high;
    }

    /// Any number, for the nth of so many values: any bits, or of a size that people use.
    double number(int n, int values, RandomGenerator random) {
        return isEdge(n, values) ? DOUBLES[number / 2 / values % DOUBLES.length]
                : random.nextBoolean() ? Double.longBitsToDouble(random.nextLong())
                : random.nextDouble(-1000, 1000);
    }
}
