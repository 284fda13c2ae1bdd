package dev.trampette.inline;

/// The same statement with registers that we choose, in a function of our own.
public sealed interface Variant {

    /// As the compiler compiled it.
    record Compiled() implements Variant {
    }

    /// All operands apart.
    ///
    /// @param number of several choices
    record Apart(int number) implements Variant {
    }

    /// An output and an input, or the address of one, in one register.
    record Shared(int output, int input) implements Variant {
    }
}
