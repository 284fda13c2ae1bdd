package dev.trampette.call;

/// A wrapper did not return: a signal in its code, a fault of its instruction that it has no fix-up for, or no end.
///
/// The wrapper was given up where it was, and the thread goes on in Java with all its registers restored.
public class WrapperCrash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// What happened.
    public enum Kind {
        /// UD2, the way of the designs to stop.
        PANIC,
        /// A signal.
        SIGNAL,
        /// A jump to where no code is.
        JUMP,
        /// The stack was used up. Probed calls only.
        STACK_OVERFLOW,
        /// RSP pointed to no memory after the return. Probed calls only.
        LOST_STACK,
        /// The instruction faulted, and the wrapper has no fix-up.
        FAULT,
        /// The instruction was executed more often than a [Script] allows.
        BUDGET,
        /// More machine instructions than [Probe#setSteps] allows.
        STEPS,
        /// The time limit of a probed call.
        HANG
    }

    private final Kind kind;
    private final String place;
    private final long rip;

    WrapperCrash(Kind kind, String message, String place, long rip) {
        super(message + " at " + place);
        this.kind = kind;
        this.place = place;
        this.rip = rip;
    }

    /// What happened.
    public Kind kind() {
        return kind;
    }

    /// Where it happened: `symbol+0x1f`.
    public String place() {
        return place;
    }

    /// The address where it happened.
    public long rip() {
        return rip;
    }
}
