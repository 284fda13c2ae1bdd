package dev.trampette.verify.trace;

import dev.trampette.image.Syntax;
import dev.trampette.probe.Recording;
import java.util.Optional;

/// What is traced, and how it is written.
///
/// @param outcome what the instruction answers; empty for the first outcome
/// @param steps how many are kept
/// @param syntax of the instructions
public record Tracing(Optional<String> outcome, int steps, Syntax syntax) {

    /// As many steps as usual, in Intel syntax.
    ///
    /// @param outcome what the instruction answers; empty for the first outcome
    /// @return what is traced
    public static Tracing of(Optional<String> outcome) {
        return new Tracing(outcome, Recording.MOST, Syntax.INTEL);
    }
}
