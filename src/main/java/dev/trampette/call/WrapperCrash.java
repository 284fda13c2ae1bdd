package dev.trampette.call;

/// A wrapper did not return: a signal in its code, or a fault of its instruction that it has no fix-up for.
///
/// The wrapper was given up where it was, and the thread goes on in Java with all its registers restored.
public class WrapperCrash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String place;

    WrapperCrash(String message, String place) {
        super(message + " at " + place);
        this.place = place;
    }

    /// Where it happened: `symbol+0x1f`.
    public String place() {
        return place;
    }
}
