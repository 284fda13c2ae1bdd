package dev.trampette.verify.trace;

import java.util.List;

/// An instruction does not answer so.
public final class OutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OutcomeException(String name, List<String> all) {
        super("no such outcome: %s; there are %s".formatted(name, String.join(", ", all)));
    }
}
