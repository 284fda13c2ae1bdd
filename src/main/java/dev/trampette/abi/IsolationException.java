package dev.trampette.abi;

/// A function cannot be checked in a process of its own: the message says why.
public final class IsolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IsolationException(String message) {
        super(message);
    }
}
