package dev.trampette.spec;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// An argument of a C function that makes a call.
///
/// @param name its name, by which amounts and ranges of the same contract refer to it
/// @param type what is passed
/// @param length of a pointer, how many elements there are at most, of a string the 0 included; 0 of anything else
/// @param element the type of an element; 64 bits where nothing else is said
/// @param range the values that a check may try
/// @param isNullable whether a pointer may be NULL too; NULL is tried then
/// @param callee what a pointer to a function, a [Type#U64], points to; empty for anything else
/// @param memory what a pointer points to, [Memory#NONE] of anything else
public record Argument(String name, Type type, int length, Type element, Range range, boolean isNullable,
        Optional<Callee> callee, Memory memory) {

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

        /// {@return the type of an integer without a sign}
        ///
        /// @param bytes its size: 1, 2, 4; all else is 8
        public static Type unsigned(int bytes) {
            return switch (bytes) {
                case 1 -> U8;
                case 2 -> U16;
                case 4 -> U32;
                default -> U64;
            };
        }

        /// {@return the part of a 64-bit register that counts, as a mask} What lies above it is anything (psABI 3.2.3).
        public long significantBits() {
            return switch (this) {
                case BOOL, U8, I8 -> 0xffL;
                case U16, I16 -> 0xffffL;
                case U32, I32, F32 -> 0xffffffffL;
                case U64, I64, F64, F80, OUT, INOUT, SCRATCH, IN, STRING -> -1L;
            };
        }

        /// {@return its size in memory, in bytes; of a [#F80] the mantissa alone, 8}
        public int bytes() {
            return Long.bitCount(significantBits()) / Byte.SIZE;
        }

        /// {@return whether it goes in a vector register: F32 and F64}
        public boolean isFloating() {
            return this == F32 || this == F64;
        }

        /// {@return whether it is an integer with a sign}
        public boolean isSigned() {
            return this == I8 || this == I16 || this == I32 || this == I64;
        }

        /// {@return whether it is an integer, with a sign or without}
        public boolean isInteger() {
            return !isPointer() && !isFloating() && this != F80;
        }

        /// {@return whether it is a pointer}
        public boolean isPointer() {
            return isWritten() || this == IN || this == STRING;
        }

        /// {@return whether what it points to may be written}
        public boolean isWritten() {
            return this == OUT || this == INOUT || this == SCRATCH;
        }

        /// {@return whether what it points to means something before the call}
        public boolean isRead() {
            return this == INOUT || this == IN || this == STRING;
        }

        /// {@return the name in contracts and tables: `u32`}
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// An argument of any value; a pointer to elements of 64 bits, to bytes if it is a string.
    ///
    /// @param name its name
    /// @param type what is passed
    /// @param length of a pointer, how many elements there are at most; else 0
    public Argument(String name, Type type, int length) {
        this(name, type, length, type == Type.STRING ? Type.U8 : Type.U64);
    }

    /// An argument of a range of values, which is no pointer.
    ///
    /// @param name its name
    /// @param type what is passed
    /// @param range the values that a check may try
    public Argument(String name, Type type, Range range) {
        this(name, type, 0, Type.U64, range, false, Optional.empty(), Memory.NONE);
    }

    /// A pointer to elements of a type, of any content.
    ///
    /// @param name its name
    /// @param type how the pointer is used
    /// @param length how many elements there are at most
    /// @param element the type of each
    public Argument(String name, Type type, int length, Type element) {
        this(name, type, length, element, Range.ALL, false, Optional.empty(), Memory.of(length));
    }

    /// A pointer to a function: a [Type#U64].
    ///
    /// @param name its name
    /// @param callee what it points to
    public Argument(String name, Callee callee) {
        this(name, Type.U64, 0, Type.U64, Range.ALL, false, Optional.of(callee), Memory.NONE);
    }

    /// {@return the same pointer, which may be NULL too}
    public Argument nullable() {
        return new Argument(name, type, length, element, range, true, callee, memory);
    }

    /// {@return the same of another name}
    ///
    /// @param other its name
    Argument named(String other) {
        return new Argument(other, type, length, element, range, isNullable, callee, memory);
    }

    /// {@return the same, of other values}
    ///
    /// @param values those that a check may try
    public Argument within(Range values) {
        return new Argument(name, type, length, element, values, isNullable, callee, memory);
    }

    /// {@return the same pointer, to other memory}
    ///
    /// @param other what it points to; the length stays as it is
    public Argument to(Memory other) {
        return new Argument(name, type, length, element, range, isNullable, callee, other);
    }

    /// {@return the same pointer, at a multiple of so many bytes}
    ///
    /// @param bytes a power of 2; 0 for what an element needs
    public Argument aligned(int bytes) {
        return to(new Memory(memory.count(), memory.contents(), bytes, memory.sharing()));
    }

    /// {@return the same pointer, to memory that may lie where other memory of the call lies}
    ///
    /// @param how how much the two may have in common
    public Argument sharing(Memory.Sharing how) {
        return to(new Memory(memory.count(), memory.contents(), memory.alignment(), how));
    }

    /// {@return the same pointer, to so many elements at most}
    ///
    /// @param most how many elements; the memory stays as it is
    public Argument withLength(int most) {
        return new Argument(name, type, most, element, range, isNullable, callee, memory);
    }

    /// {@return the bytes that a pointer points to at most; 0 of anything else}
    public int size() {
        return length * element.bytes();
    }

    /// {@return whether it is passed through memory}
    public boolean isPointer() {
        return type.isPointer();
    }

    /// {@return the characters of a text as elements: of bytes ISO 8859-1, of 16 bits UTF-16LE, of 32 bits UTF-32LE; of
    /// a string with a 0 behind them}
    ///
    /// @param text the characters; one that does not fit a byte becomes `?`
    public byte[] encoded(String text) {
        Charset charset = switch (element) {
            case U16 -> StandardCharsets.UTF_16LE;
            case U32 -> StandardCharsets.UTF_32LE;
            default -> StandardCharsets.ISO_8859_1;
        };
        byte[] bytes = text.getBytes(charset);
        return type == Type.STRING ? Arrays.copyOf(bytes, bytes.length + element.bytes()) : bytes;
    }

    /// As contracts have it: `msr:u32`, `out:out[4]`, `regs:out[4xu32]`, `data:in[n bytes]?`, `size:u64{0..64}`,
    /// `srcs:in[2]={&a,&b}`, `report:fn(u64):void`.
    @Override
    public String toString() {
        return callee.map(function -> name + ":fn" + function).orElseGet(() ->
                name + ":" + type.label() + (isPointer() ? "[%s]".formatted(extent()) : "")
                + (isNullable ? "?" : "") + range + memory.contents()
                + (memory.alignment() == 0 ? "" : " align " + memory.alignment())
                + switch (memory.sharing()) {
                    case APART -> "";
                    case EQUAL -> " may equal";
                    case OVERLAP -> " may overlap";
                });
    }

    private String extent() {
        boolean isPlain = element == (type == Type.STRING ? Type.U8 : Type.U64);
        String none = memory.count().equals(Amount.of(0)) ? "?" : memory.count().toString();
        return !memory.count().isFixed() && element == Type.U8 ? memory.count() + " bytes"
                : isPlain && memory.count().isFixed() ? none
                : (memory.count().isFixed() ? "%sx%s" : "%s x %s").formatted(none, element.label());
    }
}
