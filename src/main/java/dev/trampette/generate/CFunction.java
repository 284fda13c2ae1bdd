package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The parts of a C function of a leaf that all designs have.
///
/// @param leaf what it calls
record CFunction(Leaf leaf) {

    /// Words of C that are none of Java, and names of the header.
    private static final Set<String> TAKEN = Set.of("asm", "auto", "extern", "inline", "register", "restrict", "signed",
            "sizeof", "struct", "typedef", "typeof", "union", "unsigned", "u32", "u64", "bool", "true", "false");

    boolean isVmcall() {
        return leaf.family() == Family.TDVMCALL;
    }

    boolean isSeamcall() {
        return leaf.family().instruction() == Instruction.SEAMCALL;
    }

    /// The head of the function.
    String declaration(String symbol) {
        return "TDX_INLINE " + LeafFunction.declaration(symbol, leaf.arguments(), CFunction::name);
    }

    private static String name(String argument) {
        return TAKEN.contains(argument) ? argument + "_" : argument;
    }

    /// What goes into a register, 64 bits wide.
    String input(Gpr register) {
        return leaf.input(register).map(CFunction::expression).orElse("0UL");
    }

    private static String expression(Leaf.Input input) {
        if (input.value().isPresent()) {
            return "0x%xUL".formatted(input.value().getAsLong());
        }
        return input.element() >= 0 ? "%s[%d]".formatted(name(input.argument()), input.element())
                : (input.type() == Argument.Type.U64 ? "" : "(u64) ") + name(input.argument());
    }

    /// The outputs to where they go, on the status that gives them a meaning.
    ///
    /// @param value what holds a register's value
    /// @param reached a condition that is always asked, or nothing
    /// @param status what holds the status
    void store(UnaryOperator<String> value, String reached, String status, StringBuilder text) {
        if (leaf.outputs().isEmpty()) {
            return;
        }
        String condition = switch (leaf.stored()) {
            case SUCCESS -> "!" + status;
            case FAILURE -> reached.isEmpty() ? status : reached + " && " + status;
            case NEVER, ALWAYS -> reached;
        };
        String indent = condition.isEmpty() ? "\t" : "\t\t";
        text.append(condition.isEmpty() ? "" : "\tif (%s) {%n".formatted(condition));
        String out = name(leaf.arguments().getLast().name());
        for (int n = 0; n < leaf.outputs().size(); n++) {
            Leaf.Output output = leaf.outputs().get(n);
            text.append("%s%s[%d] = %s;%s%n".formatted(indent, out, n, value.apply(output.register().toString()),
                    comment(output.name())));
        }
        text.append(condition.isEmpty() ? "" : "\t}\n");
    }

    /// Nothing that somebody untrusted wrote stays in a register.
    static void forget(Collection<Gpr> registers, StringBuilder text) {
        List<Gpr> cleared = Direct.VOLATILE.stream().filter(registers::contains).toList();
        if (cleared.isEmpty()) {
            return;
        }
        text.append("\t__asm__ volatile(\t\t\t\t/* nothing of it stays in a register */\n");
        text.append(cleared.stream().map(one -> "\t\t\"xorl %%%%%1$s, %%%%%1$s".formatted(one.part(Integer.SIZE)))
                .collect(Collectors.joining("\\n\\t\"\n"))).append("\"\n\t\t: : : ");
        text.append(cleared.stream().map("\"%s\", "::formatted).collect(Collectors.joining()))
                .append("\"memory\", \"cc\");\n");
    }

    static String comment(String text) {
        return text.isEmpty() ? "" : "\t/* %s */".formatted(text.replace("*/", "* /"));
    }
}
