package dev.trampette.spec;

import java.util.List;
import java.util.Locale;

/// An argument of a C function that makes a call.
///
/// @param name its name
/// @param type what is passed
/// @param length the number of 64-bit elements that a pointer points to, or 0
public record Argument(String name, Type type, int length) {

    /// The registers in which the System V AMD64 ABI passes integer arguments (psABI 3.2.3).
    public static final List<Gpr> REGISTERS = List.of(Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9);

    /// The most arguments that go in registers.
    public static final int MOST = REGISTERS.size();

    /// What is passed.
    public enum Type {
        /// A `_Bool`: 8 bits, of which a caller sets one.
        BOOL,
        /// 32 bits; what is above them in the register does not count.
        U32,
        /// 64 bits.
        U64,
        /// A pointer to words that are written.
        OUT,
        /// A pointer to words that are read.
        IN;

        /// The part of a 64-bit register that counts.
        public long significantBits() {
            return switch (this) {
                case BOOL -> 0xffL;
                case U32 -> 0xffffffffL;
                default -> -1L;
            };
        }

        /// The name in contracts and tables: `u32`.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Whether it is passed through memory.
    public boolean isPointer() {
        return length > 0;
    }

    /// As contracts have it: `msr:u32`, `out:out[4]`.
    @Override
    public String toString() {
        return name + ":" + type.label() + (isPointer() ? "[" + length + "]" : "");
    }
}
