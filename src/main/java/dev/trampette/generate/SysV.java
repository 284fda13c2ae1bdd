package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The C function of a leaf: where the System V AMD64 ABI puts its arguments.
///
/// @param leaf what it calls
/// @param arguments its arguments, all in registers
record SysV(Leaf leaf, List<Argument> arguments) {

    private static final Convention CONVENTION = Convention.SYSV;

    /// The registers that a function gives back as they were, except RBP and RSP.
    static final List<Gpr> CALLEE_SAVED = CONVENTION.preserved().stream().filter(saved -> saved != Gpr.RBP).toList();

    SysV(Leaf leaf) {
        this(leaf, leaf.arguments());
    }

    /// Where the value of an input is.
    Operand source(Leaf.Input input) {
        if (input.value().isPresent()) {
            return new Operand.Constant(input.value().getAsLong());
        }
        Gpr register = register(input.argument());
        return input.element() < 0 ? new Operand.Register(register, input.type())
                : new Operand.Element(register, input.element());
    }

    /// The register of the pointer to the outputs.
    Optional<Gpr> out() {
        return leaf.outputs().isEmpty() ? Optional.empty() : Optional.of(register(arguments.size() - 1));
    }

    /// The pointer to the outputs, as a value.
    Operand outPointer() {
        return new Operand.Register(out().orElseThrow(), Argument.Type.OUT);
    }

    /// Jump over the stores when the outputs have no meaning on the status in RAX.
    void skipUnlessStored(Nasm nasm) {
        if (leaf.stored().isConditional()) {
            nasm.code("test", "rax, rax");
            nasm.code(leaf.stored() == Stored.SUCCESS ? "jne" : "je", ".out");
        }
    }

    /// Store the outputs from their registers.
    ///
    /// @param pointer where they go
    /// @param r11 the register that holds what was in R11
    void store(Nasm nasm, Gpr pointer, Gpr r11) {
        for (int i = 0; i < leaf.outputs().size(); i++) {
            Leaf.Output output = leaf.outputs().get(i);
            nasm.code("mov", "%s, %s".formatted(Operand.word(pointer.toString(), i),
                    output.register() == Gpr.R11 ? r11 : output.register()), output.name());
        }
    }

    /// The register of an argument, by position.
    Gpr register(int argument) {
        return CONVENTION.integers().get(argument);
    }

    /// Whether a register holds an argument.
    boolean isArgument(Gpr register) {
        int position = CONVENTION.integers().indexOf(register);
        return position >= 0 && position < arguments.size();
    }

    private Gpr register(String argument) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(argument)) {
                return register(i);
            }
        }
        throw new IllegalArgumentException("no such argument, name=" + argument);
    }

    /// The declaration: `u64 inline_cpuid(u32 leaf, u32 subleaf, u64 out[4])`.
    String declaration(String symbol) {
        return "u64 %s(%s)".formatted(symbol, arguments.isEmpty() ? "void" : arguments.stream().map(argument ->
                switch (argument.type()) {
                    case IN -> "const u64 %s[%d]".formatted(argument.name(), argument.length());
                    case OUT -> "u64 %s[%d]".formatted(argument.name(), argument.length());
                    default -> argument.type().label() + " " + argument.name();
                }).collect(Collectors.joining(", ")));
    }
}
