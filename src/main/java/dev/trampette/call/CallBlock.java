package dev.trampette.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The native memory of one thread's calls: where outputs go, and why a call did not return. Made once, reused by
/// every call, so that calls allocate nothing.
///
/// ```
///   0                               64       72       80       88
///   +--------+--     --+------------+--------+--------+--------+
///   | out[0] |   ...   |   out[7]   | cause, |  rip   |address |
///   |        |         |            | number |        |        |
///   +--------+--     --+------------+--------+--------+--------+
/// ```
///
/// The second half is `DEPARTURE` of `src/main/asm/include/crossing.inc`. A call that is made while another one of
/// the thread is in a shim uses the same memory: outputs are read before anything else is called, and a departure is
/// taken by the call that it ended.
public final class CallBlock {

    private static final ThreadLocal<CallBlock> CURRENT = ThreadLocal.withInitial(CallBlock::new);

    private static final long DEPARTURE = 64;
    private static final long SIZE = 88;

    private static final int CAUSE_SIGNAL = 1;
    private static final int CAUSE_EXCEPTION = 2;
    private static final int CAUSE_SHIM = 3;

    private static final int SIGILL = 4;
    private static final String[] SIGNALS = {"", "", "", "", "SIGILL", "SIGTRAP", "", "SIGBUS", "SIGFPE", "", "",
        "SIGSEGV"};
    private static final short UD2 = 0x0b0f;

    private final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);
    private final MemorySegment departure = memory.asSlice(DEPARTURE);
    private Throwable thrown;

    private CallBlock() {
    }

    /// The block of the current thread, platform or virtual.
    public static CallBlock current() {
        return CURRENT.get();
    }

    /// Eight longs for the outputs, or for inputs that go through memory.
    public MemorySegment out() {
        return memory;
    }

    /// The nth output of the call that just returned.
    public long out(int n) {
        return memory.get(JAVA_LONG, n * 8L);
    }

    /// Put the nth input that goes through memory.
    public void in(int n, long value) {
        memory.set(JAVA_LONG, n * 8L, value);
    }

    MemorySegment departure() {
        return departure;
    }

    /// Remember what a shim threw; the wrapper is about to be given up.
    void thrown(Throwable e) {
        thrown = e;
    }

    /// Throw, when the call that just came back did not return by itself.
    ///
    /// @throws WrapperPanic the wrapper ran into its UD2
    /// @throws WrapperCrash the wrapper crashed, or its instruction faulted
    public void check() {
        if (departure.get(JAVA_INT, 0) != 0) {
            raise();
        }
    }

    private void raise() {
        int cause = departure.get(JAVA_INT, 0);
        int number = departure.get(JAVA_INT, 4);
        long rip = departure.get(JAVA_LONG, 8);
        departure.set(JAVA_INT, 0, 0);
        String place = Image.locate(rip);
        switch (cause) {
            case CAUSE_SIGNAL -> {
                if (number == SIGILL && isUd2(rip)) {
                    throw new WrapperPanic(place);
                }
                throw new WrapperCrash("%s (address 0x%x)".formatted(SIGNALS[number], departure.get(JAVA_LONG, 16)),
                        place);
            }
            case CAUSE_EXCEPTION -> throw new WrapperCrash(
                    (number == 6 ? "#UD" : "#GP") + " of the instruction, with no fix-up", place);
            case CAUSE_SHIM -> throw rethrow();
            default -> throw new IllegalStateException("no such cause of a departure, cause=" + cause);
        }
    }

    private RuntimeException rethrow() {
        Throwable e = thrown;
        thrown = null;
        return sneak(e);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneak(Throwable e) throws T {
        throw (T) e;
    }

    private static boolean isUd2(long rip) {
        return MemorySegment.ofAddress(rip).reinterpret(2)
                .get(JAVA_SHORT_UNALIGNED, 0) == UD2;
    }
}
