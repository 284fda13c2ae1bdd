package dev.trampette.spec;

import java.util.Locale;

/// An argument of a C function that makes a call.
///
/// @param name its name
/// @param type what is passed
/// @param length what a pointer points to: the number of 64-bit elements, for a string the most bytes; or 0
/// @param range the values that a check may try, ends included
/// @param isNullable whether a pointer may be NULL too
public record Argument(String name, Type type, int length, Range range, boolean isNullable) {

    /// What is passed.
    public enum Type {
        /// A `_Bool`: 8 bits, of which a caller sets one.
        BOOL,
        /// 8 bits; what is above them in the register does not count.
        U8,
        /// 16 bits; likewise.
        U16,
        /// 32 bits; likewise. `int` too.
        U32,
        /// 64 bits.
        U64,
        /// A `float`, in a vector register.
        F32,
        /// A `double`, in a vector register.
        F64,
        /// A pointer to words that are written.
        OUT,
        /// A pointer to words that are read and written.
        INOUT,
        /// A pointer to words that are read.
        IN,
        /// A pointer to bytes that are read, the last of them 0.
        STRING;

        /// The part of a 64-bit register that counts.
        public long significantBits() {
            return switch (this) {
                case BOOL, U8 -> 0xffL;
                case U16 -> 0xffffL;
                case U32, F32 -> 0xffffffffL;
                case U64, F64, OUT, INOUT, IN, STRING -> -1L;
            };
        }

        /// Whether it goes in a vector register.
        public boolean isFloating() {
            return this == F32 || this == F64;
        }

        /// Whether it is a pointer.
        public boolean isPointer() {
            return this == OUT || this == INOUT || this == IN || this == STRING;
        }

        /// Whether what it points to may be written.
        public boolean isWritten() {
            return this == OUT || this == INOUT;
        }

        /// The name in contracts and tables: `u32`.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// The values that a check may try.
    ///
    /// @param low the least
    /// @param high the greatest
    public record Range(double low, double high) {

        /// All that the type has.
        public static final Range ALL = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        /// Whether any value of the type will do.
        public boolean isAll() {
            return equals(ALL);
        }
    }

    /// An argument of any value.
    public Argument(String name, Type type, int length) {
        this(name, type, length, Range.ALL, false);
    }

    /// An argument that is not NULL.
    public Argument(String name, Type type, int length, Range range) {
        this(name, type, length, range, false);
    }

    /// The same pointer, that may be NULL too.
    public Argument nullable() {
        return new Argument(name, type, length, range, true);
    }

    /// Whether it is passed through memory.
    public boolean isPointer() {
        return length > 0;
    }

    /// As contracts have it: `msr:u32`, `out:out[4]`, `data:in[2]?`, `size:u64{0..64}`.
    @Override
    public String toString() {
        return name + ":" + type.label() + (isPointer() ? "[" + length + "]" : "") + (isNullable ? "?" : "")
                + (range.isAll() ? "" : "{%s..%s}".formatted(number(range.low), number(range.high)));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
