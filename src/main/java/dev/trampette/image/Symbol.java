package dev.trampette.image;

import dev.trampette.contract.Contract;

/// A routine of an image: a [Function], which can be called, or an [OpaqueSymbol], which cannot.
public sealed interface Symbol permits Function, OpaqueSymbol {

    /// {@return what the routine promises}
    Contract contract();

    /// {@return the name of the routine}
    default String name() {
        return contract().symbol();
    }
}
