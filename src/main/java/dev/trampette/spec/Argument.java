package dev.trampette.spec;

import java.util.Locale;
import java.util.Optional;

/// An argument of a C function that makes a call.
///
/// @param name its name
/// @param type what is passed
/// @param length what a pointer points to: the number of elements, for a string the most bytes; or 0
/// @param element the type of an element; 64 bits where nothing else is said
/// @param range the values that a check may try, ends included
/// @param isNullable whether a pointer may be NULL too
/// @param callee of a pointer to a function, a [Type#U64], what it points to
public record Argument(String name, Type type, int length, Type element, Range range, boolean isNullable,
        Optional<Callee> callee) {

    /// What is passed.
    public enum Type {
        /// A `_Bool`: 8 bits, of which a caller sets one.
        BOOL,
        /// 8 bits; what is above them in the register does not count.
        U8,
        /// 16 bits; likewise.
        U16,
        /// 32 bits; likewise.
        U32,
        /// 64 bits.
        U64,
        /// 8 bits with a sign; likewise.
        I8,
        /// 16 bits with a sign; likewise.
        I16,
        /// 32 bits with a sign; likewise. `int`.
        I32,
        /// 64 bits with a sign.
        I64,
        /// A `float`, in a vector register.
        F32,
        /// A `double`, in a vector register.
        F64,
        /// A `long double`: 64 bits of mantissa, and 16 bits of sign and exponent behind them.
        F80,
        /// A pointer to words that are written.
        OUT,
        /// A pointer to words that are read and written.
        INOUT,
        /// A pointer to words that are written, and that mean nothing then.
        SCRATCH,
        /// A pointer to words that are read.
        IN,
        /// A pointer to bytes that are read, the last of them 0.
        STRING;

        /// The part of a 64-bit register that counts.
        public long significantBits() {
            return switch (this) {
                case BOOL, U8, I8 -> 0xffL;
                case U16, I16 -> 0xffffL;
                case U32, I32, F32 -> 0xffffffffL;
                case U64, I64, F64, F80, OUT, INOUT, SCRATCH, IN, STRING -> -1L;
            };
        }

        /// Its size in memory.
        public int bytes() {
            return Long.bitCount(significantBits()) / Byte.SIZE;
        }

        /// Whether it goes in a vector register.
        public boolean isFloating() {
            return this == F32 || this == F64;
        }

        /// Whether it is an integer with a sign.
        public boolean isSigned() {
            return this == I8 || this == I16 || this == I32 || this == I64;
        }

        /// Whether it is an integer, with a sign or without.
        public boolean isInteger() {
            return !isPointer() && !isFloating() && this != F80;
        }

        /// Whether it is a pointer.
        public boolean isPointer() {
            return isWritten() || this == IN || this == STRING;
        }

        /// Whether what it points to may be written.
        public boolean isWritten() {
            return this == OUT || this == INOUT || this == SCRATCH;
        }

        /// Whether what it points to means something before the call.
        public boolean isRead() {
            return this == INOUT || this == IN || this == STRING;
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

        /// As contracts have it: `{0..64}`; nothing for all.
        @Override
        public String toString() {
            return isAll() ? "" : "{%s..%s}".formatted(number(low), number(high));
        }

        private static String number(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }

    /// An argument of any value.
    public Argument(String name, Type type, int length) {
        this(name, type, length, Range.ALL);
    }

    /// An argument of a range of values.
    public Argument(String name, Type type, int length, Range range) {
        this(name, type, length, Type.U64, range, false, Optional.empty());
    }

    /// A pointer to elements of a type.
    public Argument(String name, Type type, int length, Type element) {
        this(name, type, length, element, Range.ALL, false, Optional.empty());
    }

    /// A pointer to a function.
    public Argument(String name, Callee callee) {
        this(name, Type.U64, 0, Type.U64, Range.ALL, false, Optional.of(callee));
    }

    /// The same pointer, that may be NULL too.
    public Argument nullable() {
        return new Argument(name, type, length, element, range, true, callee);
    }

    /// The same of another name.
    public Argument named(String other) {
        return new Argument(other, type, length, element, range, isNullable, callee);
    }

    /// The bytes that a pointer points to.
    public int size() {
        return type == Type.STRING ? length : length * element.bytes();
    }

    /// Whether it is passed through memory.
    public boolean isPointer() {
        return length > 0;
    }

    /// As contracts have it: `msr:u32`, `out:out[4]`, `regs:out[4xu32]`, `data:in[2]?`, `size:u64{0..64}`,
    /// `report:fn(u64):void`.
    @Override
    public String toString() {
        return callee.map(function -> name + ":fn" + function).orElseGet(() ->
                name + ":" + type.label() + (type.isPointer() ? "[%s%s]".formatted(length == 0 ? "?" : length,
                        element == Type.U64 ? ""
                        : "x" + element.label()) : "") + (isNullable ? "?" : "") + range);
    }
}
