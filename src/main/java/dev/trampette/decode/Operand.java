package dev.trampette.decode;

import dev.trampette.spec.Gpr;

/// An operand that an instruction names.
public sealed interface Operand {

    /// A general register, or a part of it.
    ///
    /// @param bytes of it
    /// @param isHigh whether it is AH, BH, CH or DH
    record Register(Gpr register, int bytes, boolean isHigh) implements Operand {

        /// What it holds.
        ///
        /// @param whole the value of the 64 bits
        public long value(long whole) {
            return bytes == Long.BYTES ? whole : whole >>> (isHigh ? Byte.SIZE : 0) & (1L << bytes * Byte.SIZE) - 1;
        }
    }

    /// Memory.
    record Memory(MemoryOperand place) implements Operand {
    }

    /// A number.
    record Immediate(long value) implements Operand {
    }

    /// Anything else: a vector, a mask, a segment, the memory of a hint.
    record Other(String text) implements Operand {
    }
}
