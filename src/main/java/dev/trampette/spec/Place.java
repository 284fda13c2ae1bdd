package dev.trampette.spec;

/// Where a value is when a routine is called, at its instruction, or when it returns.
public sealed interface Place {

    /// In a general-purpose register.
    ///
    /// @param register all 64 bits of it
    record Register(Gpr register) implements Place {
        @Override
        public String toString() {
            return register.toString();
        }
    }

    /// In 64 bits of a vector register.
    ///
    /// @param number of xmm0 to xmm31
    /// @param lane which 64 bits: 0 are the lowest, 7 the highest of a 512-bit register
    record Vector(int number, int lane) implements Place {

        /// The lowest 64 bits of a vector register.
        ///
        /// @param number of xmm0 to xmm31
        public Vector(int number) {
            this(number, 0);
        }

        @Override
        public String toString() {
            return lane == 0 ? "xmm" + number : "%s%d[%d:%d]".formatted(lane > 3 ? "zmm" : lane > 1 ? "ymm" : "xmm",
                    number, lane * 64 + 63, lane * 64);
        }
    }

    /// On top of the x87 stack.
    ///
    /// @param part 0 for the mantissa, bits 63:0; 1 for sign and exponent, bits 79:64
    record Top(int part) implements Place {
        @Override
        public String toString() {
            return part == 0 ? "st0" : "st0[79:64]";
        }
    }

    /// In a 64-bit word on the stack.
    ///
    /// @param word which; 0 is the one above the return address
    record StackWord(int word) implements Place {
        @Override
        public String toString() {
            return "[rsp + %d]".formatted(8 + word * 8);
        }
    }

    /// In memory.
    ///
    /// @param base the register with the address
    /// @param displacement bytes from there, with a sign
    /// @param size in bytes
    record Memory(Gpr base, int displacement, int size) implements Place {
        @Override
        public String toString() {
            return displacement == 0 ? "[%s]".formatted(base)
                    : "[%s %s %d]".formatted(base, displacement < 0 ? "-" : "+", Math.abs(displacement));
        }
    }
}
