package dev.trampette.image.frame;

import java.io.Serial;

/// A frame description has something that is not known here, or does not hold together: nothing is said of the code.
public final class UnsupportedFrameException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    UnsupportedFrameException(String what) {
        super(what);
    }
}
