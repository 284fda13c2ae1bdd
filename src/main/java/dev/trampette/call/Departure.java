package dev.trampette.call;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.WrapperCrash.Kind;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import java.lang.foreign.MemorySegment;

/// Why a call did not return: `DEPARTURE` of `src/main/asm/include/crossing.inc`.
///
/// @param cause one of the constants there
/// @param number of the signal, of the exception, or what the shim returned
/// @param rip where
/// @param address what the signal says about memory
record Departure(int cause, int number, long rip, long address) {

    private static final int SIGNAL = 1;
    private static final int EXCEPTION = 2;
    private static final int SHIM = 3;
    private static final int HANG = 4;
    private static final int STEPS = 5;

    private static final int SHIM_BUDGET = 2;

    private static final int SIGILL = 4;
    private static final int SIGABRT = 6;
    private static final int SIGBUS = 7;
    private static final int SIGSEGV = 11;
    private static final String[] SIGNALS = {"", "", "", "", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "", "",
        "SIGSEGV"};
    private static final byte TWO_BYTE_OPCODE = 0x0f;
    private static final byte UD2 = 0x0b;

    /// Read it, and make room for the next.
    static Departure take(MemorySegment departure) {
        Departure taken = new Departure(departure.get(JAVA_INT, 0), departure.get(JAVA_INT, 4),
                departure.get(JAVA_LONG, 8), departure.get(JAVA_LONG, 16));
        departure.set(JAVA_INT, 0, 0);
        return taken;
    }

    /// Whether it was the shim that threw: then the exception is the shim's.
    boolean isThrown() {
        return cause == SHIM && number != SHIM_BUDGET;
    }

    /// The same, at an address where no code can be.
    Departure at(long routine) {
        return new Departure(cause, number, routine, routine);
    }

    /// Whether memory could not be accessed.
    boolean isOfMemory() {
        return cause == SIGNAL && (number == SIGSEGV || number == SIGBUS);
    }

    /// The exception for a wrapper on the thread's own stack.
    WrapperCrash exception() {
        return exception(kind());
    }

    /// The exception, when more is known about what it is.
    WrapperCrash exception(Kind kind) {
        String place = Image.locate(rip);
        return switch (kind) {
            case PANIC -> new WrapperPanic(place, rip);
            case JUMP -> new WrapperCrash(kind, "%s, jump to 0x%x, where no code is".formatted(SIGNALS[number], rip),
                    place, rip);
            case STACK_OVERFLOW -> new WrapperCrash(kind, "stack overflow", place, rip);
            case LOST_STACK -> new WrapperCrash(kind, "RSP cannot be used after the return", "the return", rip);
            case SIGNAL -> new WrapperCrash(kind, number == SIGABRT ? "SIGABRT, abort()"
                    : "%s (address 0x%x)".formatted(SIGNALS[number], address), place, rip);
            case FAULT -> new WrapperCrash(kind, "%s of the instruction, with no fix-up".formatted(vector()), place,
                    rip);
            case BUDGET -> new WrapperCrash(kind, "the instruction is executed again and again", place, rip);
            case STEPS -> new WrapperCrash(kind, "more machine instructions than allowed", place, rip);
            case HANG -> new WrapperCrash(kind, "no end within the time limit", place, rip);
        };
    }

    /// What it is, as far as the cause tells.
    Kind kind() {
        return switch (cause) {
            case SIGNAL -> number == SIGSEGV && rip == address ? Kind.JUMP
                    : number == SIGILL && isUd2() ? Kind.PANIC
                    : Kind.SIGNAL;
            case EXCEPTION -> Kind.FAULT;
            case SHIM -> Kind.BUDGET;
            case HANG -> Kind.HANG;
            case STEPS -> Kind.STEPS;
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

    /// The processor has fetched what it calls invalid: the second byte is there when the first says that there is one.
    private boolean isUd2() {
        MemorySegment code = MemorySegment.ofAddress(rip).reinterpret(2);
        return code.get(JAVA_BYTE, 0) == TWO_BYTE_OPCODE && code.get(JAVA_BYTE, 1) == UD2;
    }
}
