package dev.trampette.inline;

import dev.trampette.spec.Gpr;
import java.util.Optional;

/// Where the compiler has put an operand.
public sealed interface Location {

    /// A general-purpose register.
    ///
    /// @param isPinned whether a register variable says so, and not the compiler's choice
    record Register(Gpr gpr, boolean isPinned) implements Location {
    }

    /// A vector register.
    ///
    /// @param number of `xmm`
    /// @param isPinned whether a register variable says so, and not the compiler's choice
    record Vector(int number, boolean isPinned) implements Location {
    }

    /// Memory at `[base + index * scale + displacement]`, or at a symbol.
    ///
    /// @param symbol where the address begins, when it is a variable
    /// @param bytes the declared size; 0 when it is not known
    /// @param expression what it is in the program, as far as the compiler knows: `*p_2+0`
    record Memory(Optional<Gpr> base, Optional<Gpr> index, int scale, long displacement, Optional<String> symbol,
            int bytes, String expression) implements Location {
    }

    /// A number, or the address of a symbol.
    ///
    /// @param symbol its name, or nothing
    /// @param value the number, or what is added to the address
    record Constant(Optional<String> symbol, long value) implements Location {
    }

    /// Flags.
    ///
    /// @param mask the bits of RFLAGS that the compiler looks at behind the statement
    record Flags(long mask) implements Location {
    }

    /// Anything else; nothing can be given there.
    ///
    /// @param what how the compiler calls it
    record Other(String what) implements Location {
    }
}
