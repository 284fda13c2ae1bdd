package dev.trampette.verify.inline;

import dev.trampette.inline.Instance;
import dev.trampette.inline.Operand;
import dev.trampette.inline.OperandNames;
import java.util.Collection;
import java.util.stream.Collectors;

/// What a person would change in a statement, in words.
final class Mend {

    private final Instance instance;
    private final OperandNames names;
    private final String place;

    /// @param names what stands in the source for the operands
    /// @param place where the statement is
    Mend(Instance instance, OperandNames names, String place) {
        this.instance = instance;
        this.names = names;
        this.place = place;
    }

    /// `%1, "a" (x)`: an operand as the source has it.
    String name(int number) {
        int named = whole(number);
        return "%%%d, %s".formatted(named, quoted(named, ""));
    }

    /// `"+a" (x)`.
    String readWrite(int number) {
        return quoted(whole(number), "+");
    }

    /// An operand that is read and written is called by what it is as an output.
    private int whole(int number) {
        Operand operand = instance.operand(number);
        return operand.tied() >= 0 ? operand.tied() : operand.twin() >= 0 ? operand.twin() : number;
    }

    private String quoted(int number, String prefix) {
        Operand operand = instance.operand(number);
        String constraint = prefix.isEmpty() ? constraint(operand)
                : prefix + operand.constraint().replaceAll("[=+%]", "");
        return "\"%s\"%s".formatted(constraint, names.expression(number).map(" (%s)"::formatted).orElse(""));
    }

    private String constraint(Operand operand) {
        boolean isBoth = operand.isOutput() && instance.inputs().stream().anyMatch(one ->
                one.tied() == operand.number() || one.twin() == operand.number());
        return isBoth ? operand.constraint().replace('=', '+') : operand.constraint();
    }

    /// `"=&r" (r)`.
    String early(int number) {
        Operand operand = instance.operand(number);
        return "\"%s\"%s".formatted(constraint(operand).replaceFirst("([=+])", "$1&"),
                names.expression(number).map(" (%s)"::formatted).orElse(""));
    }

    /// `add "r10", "r11" to the clobbers of foo.h:41`.
    String clobber(Collection<String> what) {
        return instance.statement().isBasic()
                ? "give it operands and clobbers: asm (\"...\" : : : %s)".formatted(list(what))
                : "add %s to the clobbers of %s".formatted(list(what), place);
    }

    private static String list(Collection<String> what) {
        return what.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
    }
}
