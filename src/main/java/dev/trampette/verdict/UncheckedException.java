package dev.trampette.verdict;

import dev.trampette.spec.Instruction;

/// The verifier has no check for wrappers of an instruction. The message is one line.
public final class UncheckedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// In a line.
    public UncheckedException(String message) {
        super(message);
    }

    /// A routine, and the instruction that it executes.
    public UncheckedException(String symbol, Instruction instruction) {
        super("%s: a wrapper of %s cannot be verified yet".formatted(symbol, instruction));
    }
}
