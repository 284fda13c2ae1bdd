package dev.trampette.verify.values;

/// Random numbers for things that have names. They depend on the case and on the name alone, so that two routines find
/// the same values in all that has one name for both.
@FunctionalInterface
public interface Dealer {

    /// Numbers that begin anew for each name.
    Draws of(String name);
}
