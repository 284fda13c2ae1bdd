package dev.trampette.call;

import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a probe, with pages between its parts that nobody may touch, and many below the stack: a frame may be
/// large.
///
/// ```
///   +--------------//--------------+---------------------------+-----------------+-------+--------+-------+-------+
///   |           overflow           |       <--- stack          | frame, function | guard | signal | guard | PROBE |
///   |                              |                           |                 |       | stack  |       |       |
///   +--------------//--------------+---------------------------+-----------------+-------+--------+-------+-------+
///                                                              ^ entry: RSP at the CALL
/// ```
///
/// @param probe `PROBE` of `src/main/asm/include/probe.inc`
/// @param signalStack where signal handlers run while a routine does
/// @param stack the routine's, up to the entry
/// @param frame the words above: arguments on the stack, and what is the caller's
/// @param overflow the pages below the stack
record ProbeMemory(MemorySegment probe, MemorySegment signalStack, MemorySegment stack, MemorySegment frame,
        MemorySegment overflow) {

    /// The words of the frame.
    static final int FRAME_WORDS = 64;

    private static final long PAGE = Mapping.PAGE;
    private static final long OVERFLOW = 4096 * PAGE;
    private static final long STACK = 64 * PAGE;
    private static final long GUARD = 16 * PAGE;
    private static final long SIGNAL_STACK = 16 * PAGE;
    private static final long PROBE_PAGES = 2 * PAGE;

    /// Map it, for as long as an arena lives, and let the watchdog look at it.
    ///
    /// @param image whose runtime probes
    static ProbeMemory map(Image image, Arena arena) {
        long signalStack = OVERFLOW + STACK + PAGE + GUARD;
        long probe = signalStack + SIGNAL_STACK + PAGE;
        Mapping mapping = Mapping.of(probe + PROBE_PAGES + PAGE, arena,
                pages -> Watchdog.forget(pages.address() + probe));
        MemorySegment block = mapping.open(probe, PROBE_PAGES);
        MemorySegment both = mapping.open(OVERFLOW, STACK + PAGE);
        Watchdog.watch(block.address(), image);
        return new ProbeMemory(block, mapping.open(signalStack, SIGNAL_STACK), both.asSlice(0, STACK),
                both.asSlice(STACK, FRAME_WORDS * 8L), mapping.closed(0, OVERFLOW));
    }
}
