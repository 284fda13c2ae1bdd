package dev.trampette.contract;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Place;

/// A parameter of a routine: what is passed, and where.
///
/// @param argument its name, type and values
/// @param place where it is at the call
public record Parameter(Argument argument, Place place) {

    /// The name.
    public String name() {
        return argument.name();
    }

    /// What is passed.
    public Argument.Type type() {
        return argument.type();
    }

    /// Whether it is a pointer.
    public boolean isPointer() {
        return argument.isPointer();
    }
}
