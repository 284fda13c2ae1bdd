package dev.trampette.object;

/// A section.
///
/// @param name of it, or empty
/// @param type SHT_...
/// @param flags SHF_...
/// @param address where it is to be, or 0 in a relocatable object
/// @param offset in the file
/// @param size in bytes
/// @param link another section
/// @param info another section, or a number
/// @param alignment in bytes
public record ElfSection(String name, int type, long flags, long address, long offset, long size, int link, int info,
        long alignment) {

    private static final int NO_BITS = 8;
    private static final int NOTE = 7;

    /// Whether it may be written to.
    public boolean isWritable() {
        return (flags & 1) != 0;
    }

    /// Whether it is in memory.
    public boolean isAllocated() {
        return (flags & 2) != 0;
    }

    /// Whether there is code in it.
    public boolean isExecutable() {
        return (flags & 4) != 0;
    }

    boolean hasBytes() {
        return type != 0 && type != NO_BITS;
    }

    boolean isNote() {
        return type == NOTE;
    }

    public boolean contains(long place) {
        return Long.compareUnsigned(place - address, size) < 0;
    }
}
