package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperCrash.Kind;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import java.lang.foreign.MemorySegment;

/// Why a call did not return: `DEPARTURE` of `src/main/asm/include/crossing.inc`.
///
/// @param cause one of the constants there
/// @param number of the signal, of the exception, or what the shim returned
/// @param rip where
/// @param address what the signal says about memory
/// @param code the signal's si_code
/// @param trap the vector that the processor raised
/// @param registers as they were at a signal
public record Departure(int cause, int number, long rip, long address, int code, int trap, long[] registers) {

    /// The size of the structure.
    static final long SIZE = 160;

    private static final int SIGNAL = 1;
    private static final int EXCEPTION = 2;
    private static final int SHIM = 3;
    private static final int HANG = 4;
    private static final int STEPS = 5;
    private static final int END = 6;
    private static final int JAVA = 7;

    private static final int SHIM_BUDGET = 2;

    /// Read it, and make room for the next.
    public static Departure take(MemorySegment departure) {
        Departure taken = new Departure(departure.get(JAVA_INT, 0), departure.get(JAVA_INT, 4),
                departure.get(JAVA_LONG, 8), departure.get(JAVA_LONG, 16), departure.get(JAVA_INT, 24),
                departure.get(JAVA_INT, 28), departure.asSlice(32, 16 * 8).toArray(JAVA_LONG));
        departure.set(JAVA_INT, 0, 0);
        return taken;
    }

    /// Whether it was the shim that threw: then the exception is the shim's.
    public boolean isThrown() {
        return cause == SHIM && number != SHIM_BUDGET;
    }

    /// The same, at an address where no code can be.
    public Departure at(long routine) {
        return new Departure(cause, number, routine, routine, code, trap, registers);
    }

    /// Whether it was about to call Java.
    public boolean isOfJava() {
        return cause == JAVA;
    }

    /// Whether it was a signal.
    public boolean isSignal() {
        return cause == SIGNAL;
    }

    /// Whether memory could not be accessed.
    public boolean isOfMemory() {
        return cause == SIGNAL && (trap == Fault.PAGE || trap == Fault.STACK || trap == Fault.PROTECTION);
    }

    /// The exception for a wrapper on the thread's own stack.
    WrapperCrash exception() {
        return exception(Code.NONE, 0);
    }

    /// The exception.
    ///
    /// @param entered the routine that was called
    /// @param stack RSP at the call, or 0 when the routine was on the thread's own stack
    public WrapperCrash exception(Code entered, long stack) {
        String place = Image.locate(rip, entered);
        return switch (cause) {
            case SIGNAL -> new Fault(this, entered, stack).exception(place);
            case EXCEPTION -> new WrapperCrash(Kind.FAULT, "%s of the instruction, with no fix-up".formatted(vector()),
                    place, rip);
            case SHIM -> new WrapperCrash(Kind.BUDGET, "the instruction is executed again and again", place, rip);
            case HANG -> new WrapperCrash(Kind.HANG, "no end within the time limit", place, rip);
            case END -> WrapperCrash.end(number, place, rip);
            case STEPS -> new WrapperCrash(Kind.STEPS, "more machine instructions than allowed", place, rip);
            default -> throw new IllegalStateException("no such cause of a departure, cause=" + cause);
        };
    }

    private String vector() {
        return switch (number) {
            case Registers.UD -> "#UD";
            case Registers.GP -> "#GP";
            default -> "exception " + number;
        };
    }
}
