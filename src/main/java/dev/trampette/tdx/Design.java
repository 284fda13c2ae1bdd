package dev.trampette.tdx;

import java.util.Locale;

/// The ways to write the wrappers of TDCALL and SEAMCALL. What they share is in `src/main/asm/tdx`; the
/// call sites are made from the tables.
public enum Design {

    /// The moves and the instruction at the call site: the floor.
    INLINE,

    /// One routine that knows the TDX ABI; thin wrappers at the call sites name the outputs they want.
    TRAMPOLINE,

    /// A routine for each leaf that touches the registers of that leaf only.
    PER_LEAF,

    /// The registers as a structure in memory, and one routine that marshals it.
    MEMORY_STRUCT;

    /// {@return the name in tables, on the command line and in contracts: `memory-struct`}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return the design with a label}
    ///
    /// @param label as [#label] has it; case does not count
    /// @throws IllegalArgumentException when there is none
    public static Design labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// {@return the symbol of a call site of this design: `inline_request_mmio_read`}
    ///
    /// @param leaf the leaf as symbols spell it: `request_mmio_read`
    public String callSite(String leaf) {
        return name().toLowerCase(Locale.ROOT) + "_" + leaf;
    }

    @Override
    public String toString() {
        return label();
    }
}
