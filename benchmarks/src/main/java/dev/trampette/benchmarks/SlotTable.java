package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Slots for `measure_slots` of `src/main/asm/runtime/loop.asm`: what to call, and how long it took.
final class SlotTable {

    /// Calls of a slot that are timed, and as many before that are not. The first of them find predictors that were in
    /// another loop: up to 80 ns in a slot, whatever its length, where two builds take turns. That is 1 % of 2,000
    /// calls of the fastest design, and half of it in a difference between two.
    static final int CALLS = 2000;

    /// Words that a slot reads: for six registers, and above the return address.
    static final int ARGUMENTS = 14;

    private static final int WORDS = 7;
    private static final int TICKS = 6;

    /// void measure_slots(u64 count, SLOT slots[count]), at the address that comes first.
    private static final MethodHandle MEASURE = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.ofVoid(JAVA_LONG, ADDRESS));
    private static final MethodHandle TIME_STAMP = Linker.nativeLinker().downcallHandle(
            Image.nullStub().address("time_stamp"), FunctionDescriptor.of(JAVA_LONG));

    private final MemorySegment slots;
    private int count;

    /// @param most how many slots it can take
    SlotTable(int most) {
        this.slots = Arena.global().allocate(JAVA_LONG, (long) most * WORDS);
    }

    void clear() {
        count = 0;
    }

    /// Add a slot.
    ///
    /// @param site a C function
    /// @param arguments the address of [#ARGUMENTS] words
    /// @param stack how much lower the stack begins, a multiple of 16
    /// @param calls how many are timed
    /// @param waits the address of the word that the next call waits for, or 0
    /// @return its number
    int add(MemorySegment site, long arguments, long stack, long calls, long waits) {
        long[] words = {site.address(), arguments, stack, CALLS, calls, waits, 0};
        MemorySegment.copy(words, 0, slots, JAVA_LONG, (long) count * WORDS * Long.BYTES, WORDS);
        return count++;
    }

    /// Measure all of them, one behind the other.
    ///
    /// @param loop the address of `measure_slots`
    void measure(MemorySegment loop) {
        try {
            MEASURE.invokeExact(loop, (long) count, slots);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// How long the calls of a slot took, in ticks of the time-stamp counter.
    long ticks(int slot) {
        return slots.getAtIndex(JAVA_LONG, (long) slot * WORDS + TICKS);
    }

    /// The time-stamp counter.
    static long timeStamp() {
        try {
            return (long) TIME_STAMP.invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
