package dev.trampette.image;

import java.util.Optional;

/// Where somebody entered code: what lies behind it and has no name of its own has this one.
///
/// @param name of the routine
/// @param address its first instruction
public record Entry(String name, long address) {

    /// No code: every place then has the name that its file gives it.
    public static final Entry NONE = new Entry("", 0);

    /// How far behind an entry code without a name is taken for the routine's.
    private static final long FAR = 64 << 10;

    /// The place of an address as `name+0x1f`, when it is behind the entry, in the same mapping, and behind no symbol
    /// that comes later.
    ///
    /// @param symbol where the last symbol before the address begins, or 0
    Optional<String> place(long place, long symbol) {
        long offset = place - address;
        return address != 0 && offset >= 0 && offset < FAR && address >= symbol && Pages.isMapped(address, offset + 1)
                ? Optional.of("%s+0x%x".formatted(name, offset)) : Optional.empty();
    }
}
