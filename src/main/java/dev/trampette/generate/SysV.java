package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The C function of a leaf: where the System V AMD64 ABI puts its arguments.
///
/// @param leaf what it calls
/// @param arguments its arguments, each in the register of the same position in [Argument#REGISTERS]
record SysV(Leaf leaf, List<Argument> arguments) {

    /// The registers that a function gives back as they were, but for RBP and RSP.
    static final List<Gpr> CALLEE_SAVED = List.of(Gpr.RBX, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

    SysV(Leaf leaf) {
        this(leaf, leaf.arguments());
    }

    /// Where the value of an input is.
    Source source(Leaf.Input input) {
        if (input.value().isPresent()) {
            return new Source.Constant(input.value().getAsLong());
        }
        Gpr register = register(input.argument());
        return input.element() < 0 ? new Source.Register(register, input.type())
                : new Source.Element(register, input.element());
    }

    /// The register of the pointer to the outputs.
    Optional<Gpr> out() {
        return leaf.outputs().isEmpty() ? Optional.empty() : Optional.of(Argument.REGISTERS.get(arguments.size() - 1));
    }

    /// The pointer to the outputs, as a value.
    Source outPointer() {
        return new Source.Register(out().orElseThrow(), Argument.Type.OUT);
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
            nasm.code("mov", "%s, %s".formatted(Source.word(pointer.toString(), i),
                    output.register() == Gpr.R11 ? r11 : output.register()), output.name());
        }
    }

    private Gpr register(String argument) {
        for (int i = 0; i < arguments.size(); i++) {
            if (arguments.get(i).name().equals(argument)) {
                return Argument.REGISTERS.get(i);
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
