package dev.trampette.verdict;

import dev.trampette.spec.Instruction;

/// The verifier has no check for wrappers of an instruction. The message is one line.
public final class UncheckedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// An exception about something else than an instruction.
    ///
    /// @param message one line
    public UncheckedException(String message) {
        super(message);
    }

    /// An exception about the instruction of a routine.
    ///
    /// @param symbol the routine
    /// @param instruction which it executes
    public UncheckedException(String symbol, Instruction instruction) {
        super("%s: a wrapper of %s cannot be verified yet".formatted(symbol, instruction));
    }
}
