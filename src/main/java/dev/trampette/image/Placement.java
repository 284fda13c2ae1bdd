package dev.trampette.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The wrappers of the null image once more, at another offset from a cache line.
///
/// The same code can be 1.5 times slower at another place: it crosses a fetch window or meets another branch in the
/// predictor. So a figure for a design is taken at several places. The code is one block that calls only within
/// itself, and can be copied as a block; the copy stays mapped.
public final class Placement {

    /// The offsets from a 64-byte line that matter to functions that are aligned to 16.
    private static final int[] OFFSETS = {0, 16, 32, 48};

    private static final int PROT_READ_WRITE = 3;
    private static final int PROT_READ_EXEC = 5;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;

    private final Image image = Image.nullStub();
    private final long distance;

    private Placement(int offset) {
        MemorySegment code = image.code();
        long size = code.byteSize() + offset;
        MemorySegment pages = map(size);
        pages.asSlice(offset).copyFrom(code);
        protect(pages);
        this.distance = pages.address() + offset - code.address();
    }

    /// How many placements there are.
    public static int count() {
        return OFFSETS.length;
    }

    /// A fresh copy at the nth offset; the number wraps around.
    public static Placement number(int n) {
        return new Placement(OFFSETS[n % OFFSETS.length]);
    }

    /// The address of a symbol in this copy.
    ///
    /// @throws ImageException when there is no such symbol
    public MemorySegment address(String symbol) {
        return MemorySegment.ofAddress(image.address(symbol).address() + distance);
    }

    private static MemorySegment map(long size) {
        try {
            MethodHandle mmap = libc("mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT,
                    JAVA_INT, JAVA_LONG));
            MemorySegment pages = (MemorySegment) mmap.invokeExact(MemorySegment.NULL, size, PROT_READ_WRITE,
                    MAP_PRIVATE_ANONYMOUS, -1, 0L);
            if (pages.address() == -1) {
                throw new ImageException("no memory for code, size=" + size);
            }
            return pages.reinterpret(size);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static void protect(MemorySegment pages) {
        try {
            MethodHandle mprotect = libc("mprotect", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
            int result = (int) mprotect.invokeExact(pages, pages.byteSize(), PROT_READ_EXEC);
            if (result != 0) {
                throw new ImageException("this system does not allow code in anonymous memory");
            }
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static MethodHandle libc(String function, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
    }

    private static RuntimeException unchecked(Throwable e) {
        return e instanceof RuntimeException runtime ? runtime : new IllegalStateException(e);
    }
}
