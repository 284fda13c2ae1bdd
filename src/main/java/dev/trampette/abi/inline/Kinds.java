package dev.trampette.abi.inline;

import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// What is known of the inputs of a statement, by the number of the operand; learnt from calls, and the same for all
/// copies.
final class Kinds {

    /// Inputs that are addresses.
    private final Set<Integer> pointers = new TreeSet<>();
    private final Map<Integer, Long> constants = new HashMap<>();
    private boolean isSmall;

    /// What the compiler knows.
    ///
    /// @param known the operands that are addresses
    Kinds(InlineCode.Copy model, Set<Integer> known) {
        Instance instance = model.instance();
        for (Operand operand : instance.inputs()) {
            if (operand.location() instanceof Location.Register(var gpr, _)) {
                if ((operand.isPointer() || known.contains(operand.number())) && operand.bits() == Long.SIZE) {
                    pointers.add(operand.number());
                }
                Long constant = model.surrounding().constants().get(gpr);
                if (constant != null) {
                    constants.put(operand.number(), constant);
                    pointers.remove(operand.number());
                }
            }
        }
    }

    /// What is known, with the constants of another copy.
    Kinds of(InlineCode.Copy copy) {
        Kinds kinds = new Kinds(copy, pointers);
        kinds.isSmall = isSmall;
        return kinds;
    }

    boolean isPointer(int operand) {
        return pointers.contains(operand);
    }

    /// Whether that is new.
    boolean setPointer(int operand) {
        return pointers.add(operand);
    }

    /// The value that the program gives it.
    OptionalLong constant(int operand) {
        return constants.containsKey(operand) ? OptionalLong.of(constants.get(operand)) : OptionalLong.empty();
    }

    /// Whether numbers must be small: they count something.
    boolean isSmall() {
        return isSmall;
    }

    /// Whether that is new.
    boolean setSmall() {
        boolean isNew = !isSmall;
        isSmall = true;
        return isNew;
    }
}
