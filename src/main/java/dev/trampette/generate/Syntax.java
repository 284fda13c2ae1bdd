package dev.trampette.generate;

import java.util.Locale;

/// The languages in which wrappers are written.
public enum Syntax {
    /// For NASM, with the macros of this project.
    NASM,
    /// For the GNU assembler, in AT&T's syntax.
    GAS,
    /// A header of C with inline assembly, and what it calls for the GNU assembler.
    C;

    /// The name on the command line: `gas`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
