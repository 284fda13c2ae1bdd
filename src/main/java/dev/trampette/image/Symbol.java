package dev.trampette.image;

import dev.trampette.contract.Contract;

/// A routine of an image: a [Function], which can be called, or an [OpaqueSymbol], which cannot.
public sealed interface Symbol permits Function, OpaqueSymbol {

    /// What the routine promises.
    Contract contract();

    /// The name of the routine.
    default String name() {
        return contract().symbol();
    }
}
