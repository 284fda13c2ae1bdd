package dev.trampette.image;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.trampette.call.ImageException;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/// The wrappers of the null image once more, at another place, which can be changed.
///
/// The same code can take another time at another place: it crosses a fetch window or meets another branch in the
/// predictor. So a figure for a design is taken at many places. The code is one block that calls only within itself,
/// and can be copied as a block. What stands for an instruction can be another routine of the image in a copy.
///
/// The pages stay mapped.
public final class Placement {

    /// Offsets are below this: a page, so that a place is any place in it.
    public static final int OFFSETS = CodeCopy.OFFSETS;

    /// A function is aligned to so many bytes.
    public static final int ALIGNMENT = 16;

    private static final byte JUMP = (byte) 0xe9;
    private static final int JUMP_SIZE = 5;

    private final Image image;
    private final CodeCopy copy;

    /// A copy of an image's wrappers, at the beginning of a page.
    ///
    /// @param image whose wrappers are copied
    /// @throws ImageException when the system has no memory for it, or allows no code there
    public Placement(Image image) {
        this.image = image;
        this.copy = CodeCopy.of(image);
        move(0, Map.of());
    }

    /// Make the copy anew, somewhere else.
    ///
    /// @param offset from the beginning of a page: a multiple of [#ALIGNMENT] below [#OFFSETS]
    /// @param instead symbols, each with the one that it shall jump to: `null_vmx` to `null_vmx_fails`
    /// @throws ImageException when there is no such symbol, or the system allows no code in anonymous memory
    public void move(int offset, Map<String, String> instead) {
        if (offset < 0 || offset >= OFFSETS || offset % ALIGNMENT != 0) {
            throw new IllegalArgumentException("no such place, offset=" + offset);
        }
        copy.move(offset, code -> instead.forEach((symbol, other) -> {
            long from = image.address(symbol).address();
            MemorySegment entry = code.at(from, JUMP_SIZE);
            entry.set(JAVA_BYTE, 0, JUMP);
            entry.set(JAVA_INT_UNALIGNED, 1, Math.toIntExact(image.address(other).address() - from - JUMP_SIZE));
        }));
    }

    /// The address of a symbol in this copy.
    ///
    /// @param symbol its name in the image
    /// @return a segment of no size
    /// @throws ImageException when there is no such symbol
    public MemorySegment address(String symbol) {
        return copy.at(image.address(symbol).address(), 0);
    }
}
