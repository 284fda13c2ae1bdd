package dev.trampette.call;

import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a probe, with pages between its parts that nobody may touch:
///
/// ```
///   +-------+-------+--------------+-------+---------------------------+-----------------+-------+
///   | PROBE | guard | signal stack | guard |       <--- stack          | frame, function | guard |
///   +-------+-------+--------------+-------+---------------------------+-----------------+-------+
///                                                                      ^ entry: RSP at the CALL
/// ```
///
/// @param probe `PROBE` of `src/main/asm/include/probe.inc`
/// @param signalStack where signal handlers run while a routine does
/// @param stack the routine's, up to the entry
/// @param frame the words above: arguments on the stack, and what is the caller's
/// @param overflow the page below the stack
record ProbeMemory(MemorySegment probe, MemorySegment signalStack, MemorySegment stack, MemorySegment frame,
        MemorySegment overflow) {

    /// The words of the frame.
    static final int FRAME_WORDS = 64;

    private static final long PAGE = Mapping.PAGE;
    private static final long PROBE_PAGES = 2 * PAGE;
    private static final long SIGNAL_STACK = 16 * PAGE;
    private static final long STACK = 64 * PAGE;

    /// Map it, for as long as an arena lives, and let the watchdog look at it.
    ///
    /// @param image whose runtime probes
    static ProbeMemory map(Image image, Arena arena) {
        long signalStack = PROBE_PAGES + PAGE;
        long overflow = signalStack + SIGNAL_STACK;
        long stack = overflow + PAGE;
        Mapping mapping = Mapping.of(stack + STACK + PAGE + PAGE, arena, pages -> Watchdog.forget(pages.address()));
        MemorySegment probe = mapping.open(0, PROBE_PAGES);
        MemorySegment both = mapping.open(stack, STACK + PAGE);
        Watchdog.watch(probe.address(), image);
        return new ProbeMemory(probe, mapping.open(signalStack, SIGNAL_STACK), both.asSlice(0, STACK),
                both.asSlice(STACK, FRAME_WORDS * 8L), mapping.closed(overflow, PAGE));
    }
}
