package dev.trampette.spec;

/// Where the value of a register at an instruction is from.
public sealed interface Source {

    /// A number of the routine's own.
    ///
    /// @param value all 64 bits of the register
    record Constant(long value) implements Source {
        @Override
        public String toString() {
            return Long.compareUnsigned(value, 10) < 0 ? String.valueOf(value) : "0x%x".formatted(value);
        }
    }

    /// A parameter.
    ///
    /// @param name as the contract has it
    record Parameter(String name) implements Source {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A 64-bit element of the array that a parameter points to.
    ///
    /// @param name of that parameter
    /// @param index from 0
    record Element(String name, int index) implements Source {
        @Override
        public String toString() {
            return "%s[%d]".formatted(name, index);
        }
    }

    /// {@return the name of the parameter that it is of; empty of a constant}
    default String parameter() {
        return switch (this) {
            case Constant _ -> "";
            case Parameter(String name) -> name;
            case Element(String name, int _) -> name;
        };
    }
}
