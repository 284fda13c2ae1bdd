package dev.trampette.call;

/// An image cannot be used: another platform, no such file, no such symbol. The message says what to do.
public final class ImageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    public ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
