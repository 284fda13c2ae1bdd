package dev.trampette.cli.foreign;

import java.util.List;

/// A child cannot use its object.
public final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> detail;
    private final int status;

    FailedException(String message, List<String> detail, int status) {
        super(message);
        this.detail = detail;
        this.status = status;
    }

    /// What a tool said, in its own lines.
    public List<String> detail() {
        return detail;
    }

    /// The exit status that says so.
    public int status() {
        return status;
    }
}
