package dev.trampette.shim.tdx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/// The memory of a TD, by guest physical address: sparse, zero where nothing was written, little-endian.
///
/// The Shared bit is a bit of the address like any other, so a page has private bytes and shared bytes, as it has
/// under two keys on hardware. A module and a VMM that are given the same memory see each other's writes; a model does
/// not stop a VMM that looks at private bytes.
///
/// Thread-safe: each method is one access as far as other threads can tell.
public final class GuestMemory {

    /// The size of a page in bytes.
    public static final int PAGE = 4096;

    private final Map<Long, byte[]> pages = new HashMap<>();

    /// Memory that is zero.
    public GuestMemory() {
    }

    /// Read bytes.
    ///
    /// @param gpa the address of the first, with its Shared bit
    /// @param length how many
    /// @return a copy; 0 where nothing was written
    /// @throws IllegalArgumentException when the length is negative
    public synchronized byte[] read(long gpa, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("a length is 0 or more, length=" + length);
        }
        byte[] bytes = new byte[length];
        for (int done = 0; done < length;) {
            int offset = offset(gpa + done);
            int part = Math.min(length - done, PAGE - offset);
            byte[] page = pages.get(number(gpa + done));
            if (page != null) {
                System.arraycopy(page, offset, bytes, done, part);
            }
            done += part;
        }
        return bytes;
    }

    /// Write bytes.
    ///
    /// @param gpa where the first goes, with its Shared bit
    /// @param bytes as many as there are
    /// @return this
    public synchronized GuestMemory write(long gpa, byte... bytes) {
        for (int done = 0; done < bytes.length;) {
            int offset = offset(gpa + done);
            int part = Math.min(bytes.length - done, PAGE - offset);
            byte[] page = pages.computeIfAbsent(number(gpa + done), _ -> new byte[PAGE]);
            System.arraycopy(bytes, done, page, offset, part);
            done += part;
        }
        return this;
    }

    /// Read 8 bytes.
    ///
    /// @param gpa the address of the lowest, of any alignment
    /// @return them, as a little-endian number
    public long readLong(long gpa) {
        return buffer(read(gpa, Long.BYTES)).getLong();
    }

    /// Write 8 bytes.
    ///
    /// @param gpa where the lowest goes, of any alignment
    /// @param value them, as a little-endian number
    /// @return this
    public GuestMemory writeLong(long gpa, long value) {
        return write(gpa, buffer(new byte[Long.BYTES]).putLong(value).array());
    }

    /// Read 4 bytes.
    ///
    /// @param gpa the address of the lowest, of any alignment
    /// @return them, as a little-endian number
    public int readInt(long gpa) {
        return buffer(read(gpa, Integer.BYTES)).getInt();
    }

    /// Write 4 bytes.
    ///
    /// @param gpa where the lowest goes, of any alignment
    /// @param value them, as a little-endian number
    /// @return this
    public GuestMemory writeInt(long gpa, int value) {
        return write(gpa, buffer(new byte[Integer.BYTES]).putInt(value).array());
    }

    /// Whether an address is inside the guest physical address width, 52, with the Shared bit clear.
    static boolean isPrivate(long gpa) {
        return gpa >= 0 && gpa < GhciVmm.SHARED;
    }

    /// Whether an address is inside the guest physical address width, with the Shared bit set.
    static boolean isShared(long gpa) {
        return isPrivate(gpa ^ GhciVmm.SHARED);
    }

    /// Make whole pages zero.
    synchronized void clear(long gpa, long size) {
        for (long page = number(gpa); page < number(gpa) + size / PAGE; page++) {
            pages.remove(page);
        }
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long number(long gpa) {
        return gpa >>> 12;
    }

    private static int offset(long gpa) {
        return (int) gpa & PAGE - 1;
    }
}
