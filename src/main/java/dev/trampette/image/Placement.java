package dev.trampette.image;

import java.lang.foreign.MemorySegment;

/// The wrappers of the null image once more, at another offset from a cache line.
///
/// The same code can be 1.5 times slower at another place: it crosses a fetch window or meets another branch in the
/// predictor. So a figure for a design is taken at several places. The code is one block that calls only within
/// itself, and can be copied as a block; the copy stays mapped.
public final class Placement {

    /// The offsets from a 64-byte line that matter to functions that are aligned to 16.
    private static final int[] OFFSETS = {0, 16, 32, 48};

    private final Image image = Image.nullStub();
    private final long distance;

    private Placement(int offset) {
        MemorySegment code = image.code();
        long size = code.byteSize() + offset;
        MemorySegment pages = Pages.map(size, Pages.Access.READ_WRITE)
                .orElseThrow(() -> new ImageException("no memory for code, size=" + size));
        pages.asSlice(offset).copyFrom(code);
        if (!Pages.protect(pages, Pages.Access.READ_EXECUTE)) {
            throw new ImageException("this system does not allow code in anonymous memory");
        }
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
}
