package dev.trampette.spec;

/// A table that cannot be used. The message is one line, `file:line: what is wrong`.
public final class TableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TableException(String file, int line, String message) {
        super("%s:%d: %s".formatted(file, line, message));
    }
}
