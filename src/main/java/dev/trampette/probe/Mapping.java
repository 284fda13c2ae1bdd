package dev.trampette.probe;

import dev.trampette.image.Pages;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// Pages of memory that nobody may touch but for the parts that are opened: what runs over an end is a signal.
public final class Mapping {

    private static final long PAGE = Pages.PAGE;

    private final MemorySegment pages;

    private Mapping(MemorySegment pages) {
        this.pages = pages;
    }

    /// Map pages for as long as an arena lives.
    ///
    /// @param size in bytes, whole pages
    /// @param before what to do before they are unmapped
    static Mapping of(long size, Arena arena, Consumer<MemorySegment> before) {
        MemorySegment pages = Pages.map(size, Pages.Access.NONE)
                .orElseThrow(() -> new OutOfMemoryError("no pages to map, size=" + size));
        return new Mapping(pages.reinterpret(size, arena, mapped -> {
            before.accept(mapped);
            Pages.unmap(mapped);
        }));
    }

    /// Memory with a page behind it that nobody may touch, and one before its own pages.
    ///
    /// @param size in bytes
    public static MemorySegment guarded(long size, Arena arena) {
        return guarded(size, PAGE, arena);
    }

    /// Memory with nothing on both sides, so far as is said.
    ///
    /// @param size in bytes
    /// @param around bytes that nobody may touch, whole pages
    public static MemorySegment guarded(long size, long around, Arena arena) {
        long open = Pages.whole(size);
        Mapping mapping = of(open + 2 * around, arena, _ -> { });
        return mapping.open(around, open).asSlice(open - size);
    }

    /// Let a part of it be read and written.
    MemorySegment open(long offset, long size) {
        MemorySegment part = pages.asSlice(offset, size);
        if (!Pages.protect(part, Pages.Access.READ_WRITE)) {
            throw new OutOfMemoryError("no pages to open, size=" + size);
        }
        return part;
    }

    /// The first offset from one on at which the address has an alignment, a power of two.
    long aligned(long offset, long alignment) {
        return (pages.address() + offset + alignment - 1 & -alignment) - pages.address();
    }

    /// A part that stays closed.
    MemorySegment closed(long offset, long size) {
        return pages.asSlice(offset, size);
    }
}
