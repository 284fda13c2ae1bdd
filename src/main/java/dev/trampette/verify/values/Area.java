package dev.trampette.verify.values;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.image.Pages;
import dev.trampette.probe.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Memory in which buffers lie: with bytes around them that nobody may write, and behind those, or right behind a
/// buffer, a page that nobody may touch; and likewise before it.
public final class Area {

    /// Bytes on both sides that are looked at.
    static final int AROUND = 512;
    /// The most by which a buffer is moved, so that its address is no multiple of more than it must be.
    static final int MOST_SHIFT = 64;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class,
            ByteOrder.LITTLE_ENDIAN);

    /// Where in the area the buffers lie.
    public enum Placement {
        /// Bytes on both sides.
        BETWEEN,
        /// Right before a page that nobody may touch, as far as the alignment allows it.
        END,
        /// Right behind one.
        BEGIN
    }

    private final MemorySegment pages;
    private final int size;
    private final byte[] filled;
    private final byte[] found;
    /// The bits that no buffer means: around, and in what is only written.
    private final byte[] unnamed;
    private final boolean[] writable;
    private final byte[] kept;
    private boolean isFilled;
    private MemorySegment window;

    /// @param most the bytes that buffers can need
    public Area(int most, int alignment, Arena arena) {
        int room = Math.max(MOST_SHIFT, alignment);
        size = (most + 2 * AROUND + 2 * room + room - 1) / room * room;
        pages = Mapping.guarded(Pages.whole(size), arena);
        filled = new byte[size];
        found = new byte[size];
        unnamed = new byte[size];
        writable = new boolean[size];
        kept = new byte[size];
        window = pages.asSlice(pages.byteSize() - size);
    }

    /// Find a place for so many bytes, and forget those of the case before.
    ///
    /// @param lead how far behind their beginning something is whose address must be a multiple of the alignment
    /// @param shift how far they are moved between others, a multiple of the alignment
    /// @return the offset of the beginning
    public int place(Placement placement, int bytes, int lead, int alignment, int shift) {
        window = placement == Placement.BEGIN ? pages.asSlice(0, size) : pages.asSlice(pages.byteSize() - size);
        Arrays.fill(unnamed, (byte) -1);
        Arrays.fill(writable, false);
        return switch (placement) {
            case BEGIN -> aligned(lead, alignment) - lead;
            case END -> {
                int at = size - bytes;
                yield at - (int) (window.address() + at + lead & alignment - 1);
            }
            case BETWEEN -> aligned(AROUND + lead, Math.max(alignment, MOST_SHIFT)) - lead + shift;
        };
    }

    private int aligned(int at, int alignment) {
        return at + (int) (-(window.address() + at) & alignment - 1);
    }

    /// A buffer lies there.
    ///
    /// @param isRead whether what it holds means something
    public void claim(int at, int bytes, boolean isRead, boolean isWritten) {
        if (isRead) {
            Arrays.fill(unnamed, at, at + bytes, (byte) 0);
        }
        if (isWritten) {
            Arrays.fill(writable, at, at + bytes, true);
        }
    }

    /// New bytes in all of it.
    public void renew(Draws random) {
        for (int at = 0; at < size; at += Long.BYTES) {
            WORDS.set(filled, at, random.nextLong());
        }
    }

    /// Complement the bits that no buffer means.
    public void complement() {
        for (int at = 0; at < size; at += Long.BYTES) {
            WORDS.set(filled, at, (long) WORDS.get(filled, at) ^ (long) WORDS.get(unnamed, at));
        }
    }

    /// Give those bits one value, until [#empty].
    public void fill(long value) {
        System.arraycopy(filled, 0, kept, 0, size);
        isFilled = true;
        for (int at = 0; at < size; at += Long.BYTES) {
            long mask = (long) WORDS.get(unnamed, at);
            WORDS.set(filled, at, (long) WORDS.get(filled, at) & ~mask | value & mask);
        }
    }

    /// Take back what was there before [#fill].
    public void empty() {
        if (isFilled) {
            System.arraycopy(kept, 0, filled, 0, size);
            isFilled = false;
        }
    }

    /// Fill the memory as it was before the call.
    public void restore() {
        MemorySegment.copy(filled, 0, window, JAVA_BYTE, 0, size);
    }

    /// Take what it holds after the call.
    public void look() {
        MemorySegment.copy(window, JAVA_BYTE, 0, found, 0, size);
    }

    /// Whether a byte has changed that nobody may write.
    public boolean isOverrun() {
        int at = Arrays.mismatch(found, filled);
        while (at >= 0 && at < size) {
            if (found[at] != filled[at] && !writable[at]) {
                return true;
            }
            at++;
        }
        return false;
    }

    /// Whether any of so many bytes may not be written.
    public boolean isGuarded(int at, int bytes) {
        for (int n = at; n < at + bytes; n++) {
            if (!writable[n]) {
                return true;
            }
        }
        return false;
    }

    /// Whether a page that nobody may touch begins there.
    public boolean isLast(int at) {
        return window.address() + at == pages.address() + pages.byteSize();
    }

    /// Whether one ends there.
    public boolean isFirst(int at) {
        return window.address() + at == pages.address();
    }

    /// What it holds before the call.
    public byte[] filled() {
        return filled;
    }

    /// What it held when somebody looked.
    public byte[] found() {
        return found;
    }

    /// The bytes that are looked at.
    public int size() {
        return size;
    }

    /// The address of its first byte.
    public long address() {
        return window.address();
    }

    /// The memory of some bytes.
    public MemorySegment memory(int at, int bytes) {
        return window.asSlice(at, bytes);
    }

    /// All pages that may be touched.
    public MemorySegment pages() {
        return pages;
    }
}
