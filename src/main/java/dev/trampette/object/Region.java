package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import dev.trampette.image.Pages;
import java.lang.foreign.MemorySegment;

/// Addresses below 2 GB that are ours: 32-bit relocations reach all of them, absolute and relative. They are the same
/// in each run, as long as they are free.
///
/// @param memory nobody may touch it until a part is opened
record Region(MemorySegment memory) implements AutoCloseable {

    private static final long FIRST = 0x1000_0000L;
    private static final long END = 0x8000_0000L;
    private static final long STEP = 1 << 20;

    /// @param size in bytes
    /// @throws MissingToolException when there is no room
    static Region reserve(long size) {
        for (long address = FIRST; address + size <= END; address += STEP) {
            var pages = Pages.reserve(address, Pages.whole(size));
            if (pages.isPresent()) {
                return new Region(pages.get());
            }
        }
        throw new MissingToolException("no room below 2 GB for the code of an object, bytes=%d".formatted(size));
    }

    long address() {
        return memory.address();
    }

    /// The pages around a range of addresses.
    ///
    /// @throws ObjectException when they are not all here
    MemorySegment pages(long address, long size) {
        long start = (address & -Pages.PAGE) - address();
        long end = Pages.whole(address + size) - address();
        if (start < 0 || end > memory.byteSize() || start > end) {
            throw new ObjectException("linked to where there is no room, address=0x%x, bytes=%d"
                    .formatted(address, size));
        }
        return memory.asSlice(start, end - start);
    }

    /// @throws MissingToolException when the system does not allow it
    static void protect(MemorySegment pages, Pages.Access access) {
        if (pages.byteSize() > 0 && !Pages.protect(pages, access)) {
            throw new MissingToolException("this system does not allow %s in memory without a file".formatted(access));
        }
    }

    @Override
    public void close() {
        Pages.unmap(memory);
    }
}
