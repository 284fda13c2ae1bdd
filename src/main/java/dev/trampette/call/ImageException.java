package dev.trampette.call;

/// An image cannot be used: another platform, no such file, no such symbol. The message says what to do.
public final class ImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// An exception that nothing else has caused.
    ///
    /// @param message what is wrong and what to do, in one line
    public ImageException(String message) {
        super(message);
    }

    /// An exception for what something else found.
    ///
    /// @param message what is wrong and what to do, in one line
    /// @param cause who found it
    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
