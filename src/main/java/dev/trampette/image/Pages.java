package dev.trampette.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Anonymous pages of memory, and what may be done with them: mmap(2), mprotect(2) and munmap(2).
public final class Pages {

    /// The size of a page.
    public static final long PAGE = 4096;

    /// What may be done with pages.
    public enum Access {
        /// Nothing: an access is a signal.
        NONE(0),
        /// They hold data that stays.
        READ(1),
        /// They hold data.
        READ_WRITE(3),
        /// They hold code.
        READ_EXECUTE(5),
        /// For code that writes into itself, and says so.
        READ_WRITE_EXECUTE(7);

        private final int protection;

        Access(int protection) {
            this.protection = protection;
        }
    }

    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int MAP_SHARED_ANONYMOUS = 0x21;
    private static final int MAP_NORESERVE = 0x4000;
    private static final int MAP_FIXED_NOREPLACE = 0x100000;
    private static final long MAP_FAILED = -1;

    private static final MethodHandle MMAP = libc("mmap",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MPROTECT = libc("mprotect",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MINCORE = libc("mincore",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle MUNMAP = libc("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    private Pages() {
    }

    /// Round a size up.
    ///
    /// @param size in bytes
    /// @return bytes of whole pages
    public static long whole(long size) {
        return size + PAGE - 1 & -PAGE;
    }

    /// The pages around a range of addresses.
    ///
    /// @param address where the range begins
    /// @param size its bytes
    /// @return from the first byte of the first page to the last of the last
    public static MemorySegment around(long address, long size) {
        long first = address & -PAGE;
        return MemorySegment.ofAddress(first).reinterpret(whole(address + size) - first);
    }

    /// Map pages, filled with 0.
    ///
    /// @param size in bytes
    /// @param access what may be done with them at first
    /// @return empty when the system has none; else to be unmapped by whoever needs them no longer
    public static Optional<MemorySegment> map(long size, Access access) {
        return map(size, access, MAP_PRIVATE_ANONYMOUS);
    }

    /// Map pages that a copy of the process writes to, and this one reads.
    ///
    /// @param size in bytes
    /// @return empty when the system has none
    public static Optional<MemorySegment> shared(long size) {
        return map(size, Access.READ_WRITE, MAP_SHARED_ANONYMOUS);
    }

    private static Optional<MemorySegment> map(long size, Access access, int flags) {
        try {
            MemorySegment pages = (MemorySegment) MMAP.invokeExact(MemorySegment.NULL, size, access.protection, flags,
                    -1, 0L);
            return pages.address() == MAP_FAILED ? Optional.empty() : Optional.of(pages.reinterpret(size));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Take a range of addresses, when nothing is there: pages that nobody may touch until they are opened.
    ///
    /// @param address a multiple of the size of a page
    /// @param size in bytes
    /// @return empty when something is there; else to be unmapped by whoever needs them no longer
    public static Optional<MemorySegment> reserve(long address, long size) {
        try {
            MemorySegment pages = (MemorySegment) MMAP.invokeExact(MemorySegment.ofAddress(address), size,
                    Access.NONE.protection, MAP_PRIVATE_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0L);
            if (pages.address() == address) {
                return Optional.of(pages.reinterpret(size));
            }
            if (pages.address() != MAP_FAILED) {
                unmap(pages.reinterpret(size));         // a kernel before 4.17, for which the address is a hint
            }
            return Optional.empty();
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Change what may be done with pages.
    ///
    /// @param pages whole ones, mapped here
    /// @param access what may be done with them from now on
    /// @return whether the system allows it
    public static boolean protect(MemorySegment pages, Access access) {
        try {
            return (int) MPROTECT.invokeExact(pages, pages.byteSize(), access.protection) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Look whether there is memory.
    ///
    /// @param address where the range begins
    /// @param size its bytes, up to 64 KiB
    /// @return whether all of it is mapped, whatever may be done with it
    public static boolean isMapped(long address, long size) {
        long page = address & -PAGE;
        try (Arena arena = Arena.ofConfined()) {
            long length = address + size - page;
            return (int) MINCORE.invokeExact(MemorySegment.ofAddress(page), length,
                    arena.allocate(length / PAGE + 1)) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// Give pages back.
    ///
    /// @param pages whole ones, mapped here; nobody may touch them any more
    public static void unmap(MemorySegment pages) {
        try {
            int _ = (int) MUNMAP.invokeExact(pages, pages.byteSize());
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle libc(String function, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
    }
}
