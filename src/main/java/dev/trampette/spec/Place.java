package dev.trampette.spec;

/// Where a value is when a routine is called, at its instruction, or when it returns.
public sealed interface Place {

    /// In a general-purpose register.
    record Register(Gpr register) implements Place {
        @Override
        public String toString() {
            return register.toString();
        }
    }

    /// In a vector register, from bit 0.
    record Vector(int number) implements Place {
        @Override
        public String toString() {
            return "xmm" + number;
        }
    }

    /// In a 64-bit word on the stack; word 0 is the one above the return address.
    record StackWord(int word) implements Place {
        @Override
        public String toString() {
            return "[rsp + %d]".formatted(8 + word * 8);
        }
    }

    /// In memory.
    ///
    /// @param base the register with the address
    /// @param displacement bytes from there
    /// @param size bytes
    record Memory(Gpr base, int displacement, int size) implements Place {
        @Override
        public String toString() {
            return displacement == 0 ? "[%s]".formatted(base)
                    : "[%s %s %d]".formatted(base, displacement < 0 ? "-" : "+", Math.abs(displacement));
        }
    }
}
