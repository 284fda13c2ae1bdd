package dev.trampette.probe;

import dev.trampette.image.Image;
import dev.trampette.image.Pages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The memory of a probe, with pages between its parts that nobody may touch, and many below the stack: a frame may be
/// large. From the stack on it is a block with an alignment: an address in it tells where the PROBE is.
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

    private static final long PAGE = Pages.PAGE;
    private static final long OVERFLOW = 4096 * PAGE;
    private static final long STACK = 64 * PAGE;
    private static final long PROBE_PAGES = 2 * PAGE;

    /// `PROBE_BLOCK` and the offsets in it, of `src/main/asm/include/probe.inc`.
    static final long BLOCK = 0x80000;
    static final long SIGNALS = 0x51000;
    static final long SIGNALS_SIZE = 0xf9c0;
    static final long PROBE = 0x62000;

    /// Map it, for as long as an arena lives, and let the watchdog look at it.
    ///
    /// @param image whose runtime probes
    static ProbeMemory map(Image image, Arena arena) {
        long[] probe = new long[1];
        Mapping mapping = Mapping.of(OVERFLOW + 2 * BLOCK, arena, _ -> Watchdog.forget(probe[0]));
        long stack = mapping.aligned(OVERFLOW, BLOCK);
        MemorySegment block = mapping.open(stack + PROBE, PROBE_PAGES);
        MemorySegment both = mapping.open(stack, STACK + PAGE);
        MemorySegment signals = mapping.open(stack + SIGNALS, SIGNALS_SIZE + PAGE - 1 & -PAGE);
        probe[0] = block.address();
        Watchdog.watch(block.address(), image);
        return new ProbeMemory(block, signals.asSlice(0, SIGNALS_SIZE), both.asSlice(0, STACK),
                both.asSlice(STACK, FRAME_WORDS * 8L), mapping.closed(0, stack));
    }
}
