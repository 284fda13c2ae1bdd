package dev.trampette.crossing;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The native memory of one thread's calls: where outputs go, and why a call did not return. Made once and reused by
/// every call, so that calls allocate nothing.
///
/// ```
///   0                    128                 256      264      272       280      288                 416
///   +--------+--   --+---+-------+--   --+---+--------+--------+---------+--------+-----+--   --+-----+
///   | out[0] |  ...  |   | in[0] |  ...  |   | cause, |  rip   | address | code,  | rax |  ...  | r15 |
///   |        |       |   |       |       |   | number |        |         | trap   |     |       |     |
///   +--------+--   --+---+-------+--   --+---+--------+--------+---------+--------+-----+--   --+-----+
/// ```
///
/// The last part is `DEPARTURE` of `src/main/asm/include/crossing.inc`. A call that is made while another one of
/// the thread is in a shim may use the same memory: inputs are read before the instruction and outputs before anything
/// else is called, and a departure is taken by the call that it ended.
///
/// @param out sixteen longs for outputs
/// @param in sixteen longs for inputs that go through memory
/// @param departure why the call that just came back did not return by itself
/// @param owner the thread that may use it
public record CallBlock(MemorySegment out, MemorySegment in, MemorySegment departure, Thread owner) {

    private static final ThreadLocal<CallBlock> CURRENT = ThreadLocal.withInitial(CallBlock::forThisThread);
    private static final ThreadLocal<Throwable> THROWN = new ThreadLocal<>();

    /// All of memory. Access through a constant segment takes less code than through a segment of the block's own, and
    /// C2 inlines what is small: see ARCHITECTURE.md, "Allocation".
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long WORDS_SIZE = 128;

    /// {@return the block of the current thread, platform or virtual}
    public static CallBlock current() {
        return CURRENT.get();
    }

    /// {@return a block of its own for the current thread, which lives as long as it is reachable} In a constant it
    /// costs less than [#current] has to look up.
    public static CallBlock forThisThread() {
        MemorySegment memory = Arena.ofAuto().allocate(2 * WORDS_SIZE + Departure.SIZE, 8);
        return new CallBlock(memory.asSlice(0, WORDS_SIZE), memory.asSlice(WORDS_SIZE, WORDS_SIZE),
                memory.asSlice(2 * WORDS_SIZE), Thread.currentThread());
    }

    /// {@return this block, for the thread that it was made for}
    ///
    /// @throws WrongThreadException in any other
    public CallBlock owned() {
        if (Thread.currentThread() != owner) {
            throw new WrongThreadException("these calls are confined to one thread, owner=" + owner);
        }
        return this;
    }

    /// Read an output of the call that just returned.
    ///
    /// @param n its number, 0 to 15
    /// @return all 64 bits
    public long out(int n) {
        return MEMORY.get(JAVA_LONG, out.address() + n * 8L);
    }

    /// Make the first outputs 0: a call that does not store them must not give those of the call before.
    ///
    /// @param words how many, at most 16
    public void clearOut(int words) {
        for (int n = 0; n < words; n++) {
            MEMORY.set(JAVA_LONG, out.address() + n * 8L, 0);
        }
    }

    /// Put an input that goes through memory.
    ///
    /// @param n its number, 0 to 15
    /// @param value all 64 bits
    public void in(int n, long value) {
        MEMORY.set(JAVA_LONG, in.address() + n * 8L, value);
    }

    /// Throw, when the call that just came back did not return by itself.
    ///
    /// @throws WrapperPanic the wrapper ran into its UD2
    /// @throws WrapperCrash the wrapper crashed, or its instruction faulted
    public void check() {
        if (MEMORY.get(JAVA_INT, departure.address()) != 0) {
            raise();
        }
    }

    /// Remember what a shim threw on this thread; its wrapper is about to be given up.
    static void thrown(Throwable e) {
        THROWN.set(e);
    }

    private void raise() {
        Departure taken = Departure.take(departure);
        throw taken.isThrown() ? CallBlock.<RuntimeException>unchanged(takeThrown()) : taken.exception();
    }

    /// What a shim threw on this thread.
    public static Throwable takeThrown() {
        Throwable e = THROWN.get();
        THROWN.remove();
        return e != null ? e : new StackOverflowError("in a shim");
    }

    /// Throw as it is what a method handle threw: handles declare Throwable, and a shim may throw anything.
    ///
    /// @param <T> what the compiler takes it for; RuntimeException, when nobody says
    /// @param e to be thrown
    /// @return never
    /// @throws T always: it is `e`, whatever that is
    @SuppressWarnings("unchecked")
    public static <T extends Throwable> RuntimeException unchanged(Throwable e) throws T {
        throw (T) e;
    }
}
