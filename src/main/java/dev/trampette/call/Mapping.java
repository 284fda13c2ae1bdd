package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.function.Consumer;

/// Pages of memory that nobody may touch but for the parts that are opened: what runs over an end is a signal.
public final class Mapping {

    /// The size of a page.
    public static final long PAGE = 4096;

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

    private final MemorySegment pages;

    private Mapping(MemorySegment pages) {
        this.pages = pages;
    }

    /// Map pages for as long as an arena lives.
    ///
    /// @param size in bytes, whole pages
    /// @param before what to do before they are unmapped
    static Mapping of(long size, Arena arena, Consumer<MemorySegment> before) {
        MemorySegment pages;
        try {
            pages = (MemorySegment) MMAP.invokeExact(MemorySegment.NULL, size, PROT_NONE, MAP_PRIVATE_ANONYMOUS, -1,
                    0L);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        if (pages.address() == -1) {
            throw new OutOfMemoryError("no pages to map, size=" + size);
        }
        return new Mapping(pages.reinterpret(size, arena, mapped -> {
            before.accept(mapped);
            unmap(mapped);
        }));
    }

    /// Memory with a page behind it that nobody may touch, and one before its own pages.
    ///
    /// @param size in bytes
    public static MemorySegment guarded(long size, Arena arena) {
        long open = size + PAGE - 1 & -PAGE;
        Mapping mapping = of(open + 2 * PAGE, arena, _ -> { });
        return mapping.open(PAGE, open).asSlice(open - size);
    }

    /// Let a part of it be read and written.
    MemorySegment open(long offset, long size) {
        MemorySegment part = pages.asSlice(offset, size);
        int result;
        try {
            result = (int) MPROTECT.invokeExact(part, size, PROT_READ_WRITE);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        if (result != 0) {
            throw new OutOfMemoryError("no pages to open, size=" + size);
        }
        return part;
    }

    /// A part that stays closed.
    MemorySegment closed(long offset, long size) {
        return pages.asSlice(offset, size);
    }

    private static void unmap(MemorySegment pages) {
        try {
            int _ = (int) MUNMAP.invokeExact(pages, pages.byteSize());
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }
}
