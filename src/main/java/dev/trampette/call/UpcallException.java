package dev.trampette.call;

/// A routine is, or calls, a stub that calls Java, which cannot run on the stack of a probe. The message is one line.
public final class UpcallException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /// A refusal.
    ///
    /// @param message one line: which routine, and what to do
    public UpcallException(String message) {
        super(message);
    }
}
