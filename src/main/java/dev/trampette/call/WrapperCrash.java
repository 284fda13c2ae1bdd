package dev.trampette.call;

import java.util.OptionalLong;

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
        /// A RET took a wild address, for RSP was not where it should be. Probed calls only.
        WILD_RETURN,
        /// RSP pointed to no memory after the return. Probed calls only.
        LOST_STACK,
        /// The instruction faulted, and the wrapper has no fix-up.
        FAULT,
        /// The instruction was executed more often than a [Script] allows.
        BUDGET,
        /// More machine instructions than [Probe#setSteps] allows, or signals are blocked.
        STEPS,
        /// The time limit of a probed call.
        HANG,
        /// It called a function that does not return, see [WrapperCrash#external]: no crash, but an end.
        END
    }

    private static final int NONE = -1;

    private final Kind kind;
    private final String place;
    private final long rip;
    private final transient OptionalLong address;
    private final transient OptionalLong target;
    private final int external;

    WrapperCrash(Kind kind, String message, String place, long rip) {
        this(kind, message, place, rip, OptionalLong.empty());
    }

    WrapperCrash(Kind kind, String message, String place, long rip, OptionalLong address) {
        this(kind, message, place, rip, address, OptionalLong.empty());
    }

    WrapperCrash(Kind kind, String message, String place, long rip, OptionalLong address, OptionalLong target) {
        this(kind, message, place, rip, address, target, NONE);
    }

    private WrapperCrash(Kind kind, String message, String place, long rip, OptionalLong address, OptionalLong target,
            int external) {
        super(message + " at " + place);
        this.address = address;
        this.target = target;
        this.external = external;
        this.kind = kind;
        this.place = place;
        this.rip = rip;
    }

    static WrapperCrash end(int external, String place, long rip) {
        return new WrapperCrash(Kind.END, "a function was called that does not return", place, rip,
                OptionalLong.empty(), OptionalLong.empty(), external);
    }

    /// The number of the [ExternalReply] that does not return, or -1.
    public int external() {
        return external;
    }

    /// What happened.
    public Kind kind() {
        return kind;
    }

    /// Whether it stopped with UD2, its own or that of what it called, or called a function that does not return: the
    /// ways to say that nothing can go on.
    public boolean isStop() {
        return kind == Kind.PANIC || kind == Kind.END || kind == Kind.SIGNAL && getMessage().startsWith("UD2");
    }

    /// Where it happened: `symbol+0x1f`.
    public String place() {
        return place;
    }

    /// The address in memory that could not be accessed, when it was that.
    public OptionalLong address() {
        return address;
    }

    /// Where it jumped to, when no code is there.
    public OptionalLong target() {
        return target;
    }

    /// The address where it happened.
    public long rip() {
        return rip;
    }
}
