package dev.trampette.spec;

/// Where the value of a register at an instruction is from.
public sealed interface Source {

    /// A number of the routine's own.
    record Constant(long value) implements Source {
        @Override
        public String toString() {
            return Long.compareUnsigned(value, 10) < 0 ? String.valueOf(value) : "0x%x".formatted(value);
        }
    }

    /// A parameter, by its name.
    record Parameter(String name) implements Source {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A 64-bit element of the array that a parameter points to.
    record Element(String name, int index) implements Source {
        @Override
        public String toString() {
            return "%s[%d]".formatted(name, index);
        }
    }

    /// The parameter that it is of, or an empty text.
    default String parameter() {
        return switch (this) {
            case Constant _ -> "";
            case Parameter(String name) -> name;
            case Element(String name, int _) -> name;
        };
    }
}
