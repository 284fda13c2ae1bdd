package dev.trampette.image.frame;

import java.io.Serial;

/// A frame depends on a register or on memory that nobody has kept.
public final class UnknownFrameException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    UnknownFrameException(String what) {
        super(what);
    }
}
