package dev.trampette.image;

import java.lang.foreign.MemorySegment;

/// Machine code of a routine: its entry, the name of its symbol, and how far it goes.
///
/// @param symbol the name
/// @param bytes from the entry on; of no size where nobody knows it
public record Code(String symbol, MemorySegment bytes) {

    /// The entry.
    public MemorySegment entry() {
        return bytes;
    }

    /// Whether an address is in it, as far as its size is known.
    public boolean contains(long address) {
        return address >= bytes.address() && address < bytes.address() + bytes.byteSize();
    }
}
