package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;

/// What is moved into a register: a constant, or what the function was called with, where it is.
sealed interface Operand {

    /// A constant of the leaf.
    record Constant(long value) implements Operand {
    }

    /// An argument in its register, of which the low part counts.
    record Register(Gpr register, Argument.Type type) implements Operand {
    }

    /// An element of an array, to which an argument points.
    record Element(Gpr pointer, int index) implements Operand {
    }

    /// The register that must still hold its value when this is read, or null.
    default Gpr reads() {
        return switch (this) {
            case Constant _ -> null;
            case Register operand -> operand.register;
            case Element operand -> operand.pointer;
        };
    }

    /// Put the value into a register, all 64 bits of it.
    default void load(Nasm nasm, Gpr destination, String comment) {
        switch (this) {
            case Constant operand -> nasm.constant(destination, operand.value, comment);
            case Register operand -> {
                String from = Nasm.part(operand.register, operand.type);
                switch (operand.type) {
                    case BOOL -> nasm.code("movzx", Nasm.part(destination, Argument.Type.U32) + ", " + from, comment);
                    case U32 -> nasm.code("mov", Nasm.part(destination, Argument.Type.U32) + ", " + from, comment);
                    default -> {
                        if (operand.register != destination) {
                            nasm.code("mov", destination + ", " + from, comment);
                        }
                    }
                }
            }
            case Element operand -> nasm.code("mov",
                    destination + ", " + word(operand.pointer.toString(), operand.index), comment);
        }
    }

    /// The nth 64-bit word behind a pointer: `[rdx + 8]`.
    static String word(String pointer, int index) {
        return index == 0 ? "[" + pointer + "]" : "[" + pointer + " + " + index * 8 + "]";
    }
}
