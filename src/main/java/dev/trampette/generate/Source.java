package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;

/// Where the value of an input is when the function is called.
sealed interface Source {

    /// A constant of the leaf.
    record Constant(long value) implements Source {
    }

    /// An argument in its register, of which the low part counts.
    record Register(Gpr register, Argument.Type type) implements Source {
    }

    /// An element of an array, to which an argument points.
    record Element(Gpr pointer, int index) implements Source {
    }

    /// The register that must still hold its value when this is read, or null.
    default Gpr reads() {
        return switch (this) {
            case Constant _ -> null;
            case Register source -> source.register;
            case Element source -> source.pointer;
        };
    }

    /// Put the value into a register, all 64 bits of it.
    default void load(Nasm nasm, Gpr destination, String comment) {
        switch (this) {
            case Constant source -> nasm.constant(destination, source.value, comment);
            case Register source -> {
                String from = Nasm.part(source.register, source.type);
                switch (source.type) {
                    case BOOL -> nasm.code("movzx", Nasm.part(destination, Argument.Type.U32) + ", " + from, comment);
                    case U32 -> nasm.code("mov", Nasm.part(destination, Argument.Type.U32) + ", " + from, comment);
                    default -> {
                        if (source.register != destination) {
                            nasm.code("mov", destination + ", " + from, comment);
                        }
                    }
                }
            }
            case Element source -> nasm.code("mov", destination + ", " + word(source.pointer.toString(), source.index),
                    comment);
        }
    }

    /// The nth 64-bit word behind a pointer: `[rdx + 8]`.
    static String word(String pointer, int index) {
        return index == 0 ? "[" + pointer + "]" : "[" + pointer + " + " + index * 8 + "]";
    }
}
