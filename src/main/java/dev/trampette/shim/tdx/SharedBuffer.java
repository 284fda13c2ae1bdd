package dev.trampette.shim.tdx;

import dev.trampette.spec.GhciStatus;

/// A buffer that a TD shares with its VMM for one call.
///
/// @param memory where it is
/// @param gpa its address, with the Shared bit
/// @param size in bytes
/// @param vector what to inject when the call is done, or 0
record SharedBuffer(GuestMemory memory, long gpa, int size, int vector) {

    private static final long MOST = 16 << 20;

    /// Why a VMM does not take a buffer, or SUCCESS: not page-aligned, ALIGN_ERROR; not shared, not inside the address
    /// width, too small, larger than 16 MiB, or a vector of an exception, INVALID_OPERAND.
    static GhciStatus check(long gpa, long size, int least, long vector) {
        if (gpa % GuestMemory.PAGE != 0) {
            return GhciStatus.ALIGN_ERROR;
        }
        return GuestMemory.isShared(gpa) && size >= least && size <= MOST && GuestMemory.isShared(gpa + size - 1)
                && (vector == 0 || Notifications.isVector(vector))
                ? GhciStatus.SUCCESS : GhciStatus.INVALID_OPERAND;
    }

    byte[] read(int offset, int length) {
        return memory.read(gpa + offset, length);
    }

    void write(int offset, byte... bytes) {
        memory.write(gpa + offset, bytes);
    }

    long readLong(int offset) {
        return memory.readLong(gpa + offset);
    }

    void writeLong(int offset, long value) {
        memory.writeLong(gpa + offset, value);
    }

    int readInt(int offset) {
        return memory.readInt(gpa + offset);
    }

    void writeInt(int offset, int value) {
        memory.writeInt(gpa + offset, value);
    }
}
