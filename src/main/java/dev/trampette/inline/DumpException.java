package dev.trampette.inline;

/// What a compiler has dumped cannot be read: its form is that of another version.
public final class DumpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DumpException(String message) {
        super(message);
    }
}
