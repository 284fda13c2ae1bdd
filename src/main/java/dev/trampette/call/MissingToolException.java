package dev.trampette.call;


/// The object may be right, and this machine has not what it takes: a tool is not installed, or memory is refused.
public final class MissingToolException extends ObjectException {

    private static final long serialVersionUID = 1L;

    /// In a line.
    ///
    /// @param message what is missing, and how to get it
    public MissingToolException(String message) {
        super(message);
    }
}
