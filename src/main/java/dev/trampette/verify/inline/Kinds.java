package dev.trampette.verify.inline;

import dev.trampette.inline.InlineCode;
import dev.trampette.inline.Instance;
import dev.trampette.inline.Location;
import dev.trampette.inline.Operand;
import dev.trampette.spec.Gpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// What is known of the inputs of a statement, by the number of the operand; learnt from calls, and the same for all
/// copies.
final class Kinds {

    /// Inputs that are addresses.
    private final Set<Integer> pointers = new TreeSet<>();
    private final Map<Integer, Long> constants = new HashMap<>();
    private final Map<Integer, Integer> same = new HashMap<>();
    private final Map<Integer, Long> offsets = new HashMap<>();
    /// Operands that stand for one in memory.
    private final Set<Integer> addressed = new TreeSet<>();
    /// The operand in a register that has an address, by the one that stands for it.
    private final Map<Integer, Integer> names = new HashMap<>();
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
                model.surrounding().values().constant(gpr).ifPresent(constant -> {
                    constants.put(operand.number(), constant);
                    pointers.remove(operand.number());
                });
            }
        }
        same(model);
    }

    /// What is known, with the constants of another copy.
    Kinds of(InlineCode.Copy copy) {
        Kinds kinds = new Kinds(copy, pointers);
        kinds.isSmall = isSmall;
        return kinds;
    }

    /// Which operands have the same address, or the same number: the first of them stands for all.
    private void same(InlineCode.Copy model) {
        List<Operand> all = model.instance().operands().stream().filter(one -> register(one).isPresent()
                && (!one.isOutput() || one.location() instanceof Location.Memory)).toList();
        for (Operand one : all) {
            Gpr gpr = register(one).get();
            all.stream().filter(other -> other.number() < one.number() && !same.containsKey(other.number())
                    && model.surrounding().values().areSame(register(other).get(), gpr)).findFirst()
                    .ifPresent(other -> same.put(one.number(), other.number()));
            if (one.location() instanceof Location.Memory memory) {
                addressed.add(first(one.number()));
                offsets.put(one.number(), memory.index().isEmpty() ? memory.displacement() : 0);
            } else {
                names.putIfAbsent(first(one.number()), one.number());
            }
        }
    }

    /// The register of an operand, or of its address.
    private static Optional<Gpr> register(Operand operand) {
        return switch (operand.location()) {
            case Location.Register(Gpr gpr, _) -> Optional.of(gpr);
            case Location.Memory memory when memory.symbol().isEmpty() -> memory.base()
                    .filter(base -> base != Gpr.RSP && base != Gpr.RBP);
            default -> Optional.empty();
        };
    }

    /// The operand that stands for one.
    int first(int operand) {
        return same.getOrDefault(operand, operand);
    }

    /// The operand that a person would call the address.
    int pointer(int first) {
        return names.getOrDefault(first, first);
    }

    /// How far an operand in memory is from the address of the one that stands for it.
    long offset(int operand) {
        return same.containsKey(operand) || same.containsValue(operand) ? offsets.getOrDefault(operand, 0L) : 0;
    }

    boolean isPointer(int operand) {
        return pointers.contains(operand) || pointers.contains(first(operand)) || addressed.contains(first(operand));
    }

    /// Whether that is new.
    boolean setPointer(int operand) {
        return pointers.add(first(operand));
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
