package dev.trampette.verdict;

/// A function cannot be checked in a process of its own: the message says why.
public final class IsolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// A refusal.
    ///
    /// @param message one line
    public IsolationException(String message) {
        super(message);
    }
}
