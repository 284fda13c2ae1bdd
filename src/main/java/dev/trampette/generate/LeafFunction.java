package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The C function of a leaf: where its convention puts the arguments.
///
/// @param leaf what it calls
/// @param convention System V, or Microsoft x64
/// @param arguments its arguments, all in registers once those on the stack are loaded
record LeafFunction(Leaf leaf, Convention convention, List<Argument> arguments) {

    private static final int VECTOR = 16;
    /// Where arguments on the stack are loaded to.
    private static final List<Gpr> LOADED = List.of(Gpr.R10, Gpr.R11);

    LeafFunction(Leaf leaf, Convention convention) {
        this(leaf, convention, leaf.arguments());
    }

    /// A function of System V.
    LeafFunction(Leaf leaf) {
        this(leaf, Convention.SYSV);
    }

    /// The registers that a function gives back as they were, except RBP and RSP.
    List<Gpr> preserved() {
        return convention.preserved().stream().filter(saved -> saved != Gpr.RBP).toList();
    }

    /// Of some registers those that a function gives back as they were.
    List<Gpr> saved(Gpr... registers) {
        return Stream.of(registers).filter(convention.preserved()::contains).toList();
    }

    /// Begin: load the arguments that are on the stack, and keep the vectors that a guest would lose.
    void enter(Nasm nasm) {
        int first = convention.integers().size();
        for (int n = first; n < arguments.size(); n++) {
            nasm.code("mov", "%s, [rsp + %d]".formatted(register(n), offset(n)), arguments.get(n).name());
        }
        if (keepsVectors()) {
            nasm.code("sub", "rsp, %d".formatted(VECTOR * convention.preservedVectors()));
            vectors((place, vector) -> nasm.code("movups", place + ", " + vector));
        }
    }

    /// End, when all else is off the stack.
    void leave(Nasm nasm) {
        if (keepsVectors()) {
            vectors((place, vector) -> nasm.code("movups", vector + ", " + place));
            nasm.code("add", "rsp, %d".formatted(VECTOR * convention.preservedVectors()));
        }
        nasm.code("ret", "");
    }

    /// Whether a guest runs behind the leaf, while the caller wants vectors to be preserved.
    private boolean keepsVectors() {
        return leaf.scrub() && leaf.family() != Family.TDVMCALL && convention.preservedVectors() > 0;
    }

    private void vectors(BiConsumer<String, String> move) {
        for (int n = 0; n < convention.preservedVectors(); n++) {
            move.accept(n == 0 ? "[rsp]" : "[rsp + %d]".formatted(n * VECTOR),
                    "xmm" + (convention.firstPreservedVector() + n));
        }
    }

    /// Where an argument on the stack is, from RSP at the entry.
    private int offset(int argument) {
        return (1 + convention.homeWords() + argument - convention.integers().size()) * Long.BYTES;
    }

    /// Where an argument is at the entry: `RDI`, `[RSP+40]`.
    String place(int argument) {
        return argument < convention.integers().size() ? register(argument).name() : "[RSP+%d]".formatted(
                offset(argument));
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
        List<Gpr> integers = convention.integers();
        return argument < integers.size() ? integers.get(argument) : LOADED.get(argument - integers.size());
    }

    /// Whether a register holds an argument.
    boolean isArgument(Gpr register) {
        return IntStream.range(0, arguments.size()).anyMatch(argument -> register(argument) == register);
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
        return declaration(symbol, arguments, UnaryOperator.identity());
    }

    /// The same for arguments that are called otherwise.
    static String declaration(String symbol, List<Argument> arguments, UnaryOperator<String> name) {
        return "u64 %s(%s)".formatted(symbol, arguments.isEmpty() ? "void" : arguments.stream().map(argument ->
                switch (argument.type()) {
                    case IN -> "const u64 %s[%d]".formatted(name.apply(argument.name()), argument.length());
                    case OUT -> "u64 %s[%d]".formatted(name.apply(argument.name()), argument.length());
                    default -> argument.type().label() + " " + name.apply(argument.name());
                }).collect(Collectors.joining(", ")));
    }
}
