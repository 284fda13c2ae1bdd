package dev.trampette.object;

import java.lang.foreign.MemorySegment;

/// What answers for a symbol that an object does not define.
///
/// @param name the symbol
/// @param kind what it does
/// @param place its address: the stub, or the variable
/// @param slot the word from which the stub takes where to jump; of no size where it jumps to a place of its own
public record StandIn(String name, Kind kind, MemorySegment place, MemorySegment slot) {

    /// What a stand-in does.
    public enum Kind {
        /// What a compiler's helper is for: a thunk returns or jumps, a failed check is UD2.
        HELPER,
        /// It goes on in the C library.
        LIBRARY,
        /// It goes on in a handler, and is UD2 as long as there is none.
        OPEN,
        /// The same, and it does not return: that says its name, or that no code follows where it is called.
        ENDING,
        /// It is a variable, which is 0 at the beginning of each case.
        VARIABLE,
        /// It is a variable through which the code calls, or jumps.
        POINTER
    }

    /// Whether only a handler can answer for it.
    public boolean isOutside() {
        return kind == Kind.OPEN || kind == Kind.ENDING;
    }

    /// Whether a handler can answer for it.
    public boolean isOpen() {
        return slot.byteSize() > 0;
    }
}
