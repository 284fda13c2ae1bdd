package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trampette.image.Image;
import java.lang.foreign.MemorySegment;

/// Vectors, masks and control words at a moment, as XSAVE has stored them (SDM volume 1, "XSAVE-Managed State").
public final class ExtendedState {

    private static final int X87 = 0;
    private static final int SSE = 1;
    private static final int AVX = 2;
    private static final int MASKS = 5;
    private static final int ZMM_UPPER = 6;
    private static final int ZMM_HIGH = 7;

    private static final long CONTROL = 0;
    private static final long TAG = 4;
    private static final long MXCSR = 24;
    private static final long XMM = 160;
    private static final long IN_USE = 512;

    private static final int X87_EMPTY = 0;

    private final MemorySegment area;

    ExtendedState(MemorySegment area) {
        this.area = area;
    }

    /// 64 bits of a vector; lane 0 is the lowest.
    public long vector(int n, int lane) {
        if (n >= 16) {
            return word(ZMM_HIGH, (n - 16) * 64L + lane * 8L);
        }
        return lane < 2 ? isInUse(SSE) ? area.get(JAVA_LONG_UNALIGNED, XMM + n * 16L + lane * 8L) : 0
                : lane < 4 ? word(AVX, n * 16L + (lane - 2) * 8L)
                : word(ZMM_UPPER, n * 32L + (lane - 4) * 8L);
    }

    /// A mask register, k0 to k7.
    public long mask(int n) {
        return word(MASKS, n * 8L);
    }

    /// MXCSR.
    public int mxcsr() {
        return area.get(JAVA_INT, MXCSR);
    }

    /// The x87 control word.
    public int x87Control() {
        return isInUse(X87) ? Short.toUnsignedInt(area.get(JAVA_SHORT, CONTROL)) : State.X87_DEFAULT;
    }

    /// A bit for each register of x87 that is not empty.
    public int x87Used() {
        return isInUse(X87) ? Byte.toUnsignedInt(area.get(JAVA_BYTE, TAG)) : X87_EMPTY;
    }

    /// The components that are in use, as XGETBV(1) has them: upper halves are bits 2 and 6.
    public long inUse() {
        return area.get(JAVA_LONG_UNALIGNED, IN_USE);
    }

    private boolean isInUse(int component) {
        return (inUse() >>> component & 1) != 0;
    }

    /// A component that is in its initial state is 0, whatever the area holds.
    private long word(int component, long offset) {
        long at = isInUse(component) ? Features.component(Image.shim(), component) + offset : area.byteSize();
        return at + Long.BYTES <= area.byteSize() ? area.get(JAVA_LONG_UNALIGNED, at) : 0;
    }
}
