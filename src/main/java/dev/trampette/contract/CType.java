package dev.trampette.contract;

import java.util.List;

/// A type of C, as a declaration says it: that of a pointer has the type behind it.
sealed interface CType {

    default boolean isConst() {
        return false;
    }

    /// A number, or several.
    record Plain(String name, boolean isConst) implements CType {
    }

    record Structure(ValueText.Compound compound, List<Declared> fields, boolean isConst) implements CType {

        Structure packed(boolean isPacked) {
            return isPacked && compound == ValueText.Compound.STRUCT
                    ? new Structure(ValueText.Compound.PACKED, fields, isConst) : this;
        }
    }

    /// @param length of an array; or 0
    record Pointer(CType to, int length) implements CType {
    }

    record Function(CType result, List<Declared> parameters, boolean isVariadic) implements CType {
    }

    /// A name with its type: a parameter, a field, a function.
    record Declared(String name, CType type) {
    }

    /// Whether nothing comes back.
    default boolean isVoid() {
        return this instanceof Plain(String name, _) && name.equalsIgnoreCase("void");
    }

    /// The same, and `const`; of an array its elements.
    default CType constant() {
        return switch (this) {
            case Plain(String name, _) -> new Plain(name, true);
            case Structure(ValueText.Compound compound, List<Declared> fields, _) ->
                    new Structure(compound, fields, true);
            case Pointer(CType to, int length) when length > 0 -> new Pointer(to.constant(), length);
            default -> this;
        };
    }
}
