package dev.trampette.verify.learn;

/// The calls of a routine do not tell what it does. The message says why.
public final class LearningException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LearningException(String symbol, String why) {
        super("%s: its contract cannot be learnt, %s".formatted(symbol, why));
    }
}
