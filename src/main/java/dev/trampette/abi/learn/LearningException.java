package dev.trampette.abi.learn;

/// The calls of a routine do not tell what it does. The message says why, and what to do.
public final class LearningException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LearningException(String symbol, String why) {
        super("%s: its contract cannot be learnt, %s; write one (--contract FILE)".formatted(symbol, why));
    }
}
