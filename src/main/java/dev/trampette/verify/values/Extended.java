package dev.trampette.verify.values;

/// A `long double` as memory has it (SDM volume 1, "Double Extended-Precision Floating-Point Format").
final class Extended {

    private static final int FRACTION = 52;
    private static final int BIAS = 16383 - 1023;
    private static final int MOST = 0x7fff;
    private static final long INTEGER = 1L << 63;

    private Extended() {
    }

    /// The mantissa, and sign and exponent.
    static long[] of(double value) {
        long bits = Double.doubleToRawLongBits(value);
        long sign = bits >>> 63 << 15;
        long exponent = bits >>> FRACTION & 0x7ff;
        long fraction = bits << 12 >>> 1;
        if (value == 0) {
            return new long[] {0, sign};
        }
        if (exponent == 0) {                            // small ones have their leading bit elsewhere
            int shift = Long.numberOfLeadingZeros(fraction);
            return new long[] {fraction << shift, sign | BIAS + 1 - shift};
        }
        return new long[] {INTEGER | fraction, sign | (exponent == 0x7ff ? MOST : BIAS + exponent)};
    }
}
