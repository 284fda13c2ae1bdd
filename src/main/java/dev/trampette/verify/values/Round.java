package dev.trampette.verify.values;

import dev.trampette.spec.Memory;
import java.util.random.RandomGenerator;

/// How often the outcomes of a routine were tried before. In every second round one value is from the end of what is
/// possible, for random values of 64 bits never are; and in half of them what is above narrow arguments is 0, as most
/// callers leave it.
///
/// @param number 0, 1, 2 ...
/// @param placement where buffers lie
/// @param rank which of their values those numbers have that lengths depend on, counted round; any when it is negative
public record Round(int number, Area.Placement placement, int rank) {

    private static final long[] EDGES = {0, -1, Long.MIN_VALUE, 1, 0xffffffffL, Integer.MIN_VALUE, 0x80000000L,
        Integer.MAX_VALUE, Long.MAX_VALUE, 0x80, 0x7f, 0x8000, 0x7fff};
    private static final double[] DOUBLES = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE,
        Double.NEGATIVE_INFINITY, 1.0, Double.MIN_NORMAL, Double.MAX_VALUE};

    private static final Area.Placement[] PLACEMENTS = {Area.Placement.BETWEEN, Area.Placement.END,
        Area.Placement.BETWEEN, Area.Placement.BEGIN};

    /// What buffers hold of which nobody has said it.
    public enum Pattern {
        /// Anything.
        RANDOM,
        /// 0.
        ZEROS,
        /// All bits are 1.
        ONES,
        /// All buffers hold the same.
        EQUAL,
        /// They hold the same but for one element.
        NEARLY_EQUAL
    }

    /// Every second time buffers lie beside a page that nobody may touch.
    public Round(int number) {
        this(number, PLACEMENTS[(number / 2 + number / 8 + number / 32) % PLACEMENTS.length], -1);
    }

    /// What buffers hold.
    public Pattern pattern() {
        return switch (number % 16) {
            case 5 -> Pattern.ZEROS;
            case 9 -> Pattern.ONES;
            case 7 -> Pattern.EQUAL;
            case 15 -> Pattern.NEARLY_EQUAL;
            default -> Pattern.RANDOM;
        };
    }

    /// How buffers share their memory that may.
    public Memory.Sharing sharing() {
        return switch (number % 8) {
            case 3 -> Memory.Sharing.EQUAL;
            case 6 -> Memory.Sharing.OVERLAP;
            default -> Memory.Sharing.APART;
        };
    }

    /// How far a buffer is moved from an address that is a multiple of 64.
    public int shift() {
        return number % 4 == 2 ? number / 4 * Long.BYTES % Area.MOST_SHIFT : number * 13 % Area.MOST_SHIFT;
    }

    /// Whether what is above narrow arguments is 0 before it is complemented: in a pattern that keeps step with no
    /// other.
    public boolean isClearAbove() {
        return Integer.bitCount(number) % 2 == 1;
    }

    /// Whether there is a call with other modes of rounding and precision: the result may be another one then.
    public boolean hasOtherModes() {
        return number % 4 == 1;
    }

    /// Whether there are calls that look for what is derived from values of the other side's.
    public boolean isForLeaks() {
        return number % 4 == 2;
    }

    /// Whether flags are set at the entry that the contract wants clean at inner calls.
    public boolean isWithFlags() {
        return number % 2 == 0;
    }

    /// Whether arguments of one type are equal.
    boolean isEqual() {
        return number % 4 == 0 && number > 0;
    }

    /// The bits that differ in another call, of what must not matter: all, or random ones, for all of two values may
    /// leave what is between them as it was.
    public long change(RandomGenerator random) {
        return number == 0 || number % 4 == 2 ? -1 : random.nextLong();
    }

    /// Whether the nth of so many values is from the end of what is possible.
    boolean isEdge(int n, int values) {
        return number % 2 == 1 && number / 2 % values == n;
    }

    /// Any 64 bits, for the nth of so many values.
    public long bits(int n, int values, RandomGenerator random) {
        return isEdge(n, values) ? EDGES[number / 2 / values % EDGES.length] : random.nextLong();
    }

    /// Of the ends of a range, which come in turn, the greatest.
    boolean isHighEdge(int values) {
        return number / 2 / values % 2 == 1;
    }

    /// Any number, for the nth of so many values: any bits, or of a size that people use.
    double number(int n, int values, RandomGenerator random) {
        return isEdge(n, values) ? DOUBLES[number / 2 / values % DOUBLES.length]
                : random.nextBoolean() ? Double.longBitsToDouble(random.nextLong())
                : random.nextDouble(-1000, 1000);
    }
}
