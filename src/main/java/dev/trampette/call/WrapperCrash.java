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
        /// The instruction was executed more often than a check allows.
        BUDGET,
        /// More machine instructions than a check allows, or signals are blocked.
        STEPS,
        /// The time limit of a probed call.
        HANG,
        /// It called a function that does not return, see [WrapperCrash#external]: no crash, but an end.
        END
    }

    private static final int NONE = -1;

    /// What happened.
    private final Kind kind;
    /// Where, as `symbol+0x1f`.
    private final String place;
    /// The address of the place.
    private final long rip;
    private final transient OptionalLong address;
    private final transient OptionalLong target;
    /// The number of the function that does not return, or -1.
    private final int external;

    /// A crash that has no address in memory.
    ///
    /// @param kind what happened
    /// @param message the same in words; the place is put behind it
    /// @param place where it happened, as `symbol+0x1f`
    /// @param rip the address of the place
    public WrapperCrash(Kind kind, String message, String place, long rip) {
        this(kind, message, place, rip, OptionalLong.empty(), OptionalLong.empty());
    }

    /// A crash, for those who have called the wrapper.
    ///
    /// @param kind what happened
    /// @param message the same in words; the place is put behind it
    /// @param place where it happened, as `symbol+0x1f`
    /// @param rip the address of the place
    /// @param address in memory, that could not be accessed; empty when it was not that
    /// @param target to which it jumped; empty when it did not jump to where no code is
    public WrapperCrash(Kind kind, String message, String place, long rip, OptionalLong address, OptionalLong target) {
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

    /// An end, for those who have called the wrapper.
    ///
    /// @param external the number of the function that does not return, 0 or more
    /// @param place where it happened, as `symbol+0x1f`
    /// @param rip the address of the place
    /// @return a crash of the kind [Kind#END]
    public static WrapperCrash end(int external, String place, long rip) {
        return new WrapperCrash(Kind.END, "a function was called that does not return", place, rip,
                OptionalLong.empty(), OptionalLong.empty(), external);
    }

    /// {@return the number in the check of the function outside that did not return; -1 of any other kind than
    /// [Kind#END]}
    public int external() {
        return external;
    }

    /// {@return what happened}
    public Kind kind() {
        return kind;
    }

    /// {@return whether it stopped with UD2, its own or that of what it called, or called a function that does not
    /// return} Those are the ways to say that nothing can go on.
    public boolean isStop() {
        return kind == Kind.PANIC || kind == Kind.END || kind == Kind.SIGNAL && getMessage().startsWith("UD2");
    }

    /// {@return where it happened, as `symbol+0x1f`}
    public String place() {
        return place;
    }

    /// {@return the address in memory that could not be accessed; empty when it was not that}
    public OptionalLong address() {
        return address;
    }

    /// {@return where it jumped to, when no code is there; else empty}
    public OptionalLong target() {
        return target;
    }

    /// {@return the address of the instruction at which it happened}
    public long rip() {
        return rip;
    }
}
