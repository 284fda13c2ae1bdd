package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

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

    private static final long PAGE = 4096;
    private static final long PROBE_PAGES = 2 * PAGE;
    private static final long SIGNAL_STACK = 16 * PAGE;
    private static final long STACK = 64 * PAGE;

    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle MMAP = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("mmap"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("munmap"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle MPROTECT = LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow("mprotect"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /// Map it, for as long as an arena lives, and let the watchdog look at it.
    ///
    /// @param image whose runtime probes
    static ProbeMemory map(Image image, Arena arena) {
        long size = PROBE_PAGES + PAGE + SIGNAL_STACK + PAGE + STACK + PAGE + PAGE;
        MemorySegment mapping = map(size).reinterpret(size, arena, ProbeMemory::unmap);
        long at = 0;
        MemorySegment probe = part(mapping, at, PROBE_PAGES);
        at += PROBE_PAGES + PAGE;
        MemorySegment signalStack = part(mapping, at, SIGNAL_STACK);
        at += SIGNAL_STACK;
        MemorySegment overflow = mapping.asSlice(at, PAGE);
        at += PAGE;
        MemorySegment both = part(mapping, at, STACK + PAGE);
        Watchdog.watch(probe.address(), image);
        return new ProbeMemory(probe, signalStack, both.asSlice(0, STACK), both.asSlice(STACK, FRAME_WORDS * 8L),
                overflow);
    }

    private static MemorySegment part(MemorySegment mapping, long at, long size) {
        MemorySegment part = mapping.asSlice(at, size);
        int result;
        try {
            result = (int) MPROTECT.invokeExact(part, size, PROT_READ_WRITE);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        if (result != 0) {
            throw new OutOfMemoryError("no memory for a probe");
        }
        return part;
    }

    private static MemorySegment map(long size) {
        MemorySegment mapping;
        try {
            mapping = (MemorySegment) MMAP.invokeExact(MemorySegment.NULL, size, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1,
                    0L);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        if (mapping.address() == -1) {
            throw new OutOfMemoryError("no memory for a probe");
        }
        return mapping;
    }

    private static void unmap(MemorySegment mapping) {
        Watchdog.forget(mapping.address());
        try {
            int _ = (int) MUNMAP.invokeExact(mapping, mapping.byteSize());
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }
}
