package dev.trampette.generate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The languages in which wrappers are written.
public enum Syntax {
    /// For NASM, with the macros of this project.
    NASM,
    /// For the GNU assembler, in AT&T's syntax.
    GAS,
    /// A header of C with inline assembly, and what it calls for the GNU assembler.
    C;

    /// The one with a label.
    public static Optional<Syntax> find(String label) {
        return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
    }

    /// The labels of all, for messages.
    public static String labels() {
        return Arrays.stream(values()).map(Syntax::label).collect(Collectors.joining(" "));
    }

    /// The name on the command line: `gas`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
