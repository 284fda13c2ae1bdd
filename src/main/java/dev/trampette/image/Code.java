package dev.trampette.image;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Machine code of a routine: the name of its symbol, its entry, and how far it goes. What lies behind the entry and
/// has no name of its own has this one.
///
/// @param symbol the name
/// @param bytes from the entry on; of no size where nobody knows it
public record Code(String symbol, MemorySegment bytes) {

    /// No code: every place then has the name that its file gives it.
    public static final Code NONE = new Code("", MemorySegment.NULL);

    /// How far behind an entry code without a name is taken for the routine's.
    private static final long FAR = 64 << 10;

    /// {@return the address of the first instruction, and the bytes from there on}
    public MemorySegment entry() {
        return bytes;
    }

    /// Look whether an address is in it.
    ///
    /// @param address anywhere in memory
    /// @return true between the first byte and the last; false where nobody knows the size
    public boolean contains(long address) {
        return address >= bytes.address() && address < bytes.address() + bytes.byteSize();
    }

    /// The place of an address as `symbol+0x1f`, when it is behind the entry, in the same mapping, and behind no symbol
    /// that comes later.
    ///
    /// @param last where the last symbol before the address begins, or 0
    Optional<String> place(long address, long last) {
        long entry = bytes.address();
        long offset = address - entry;
        return entry != 0 && offset >= 0 && offset < FAR && entry >= last && Pages.isMapped(entry, offset + 1)
                ? Optional.of("%s+0x%x".formatted(symbol, offset)) : Optional.empty();
    }
}
