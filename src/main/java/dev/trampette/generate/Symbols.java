package dev.trampette.generate;

import java.util.List;
import java.util.Locale;

/// How functions and entries of the exception table are written for the GNU assembler.
public enum Symbols {
    /// With directives alone.
    PLAIN,
    /// With the macros of Linux.
    KERNEL;

    /// The name on the command line: `kernel`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What a source begins with.
    List<String> head() {
        return this == KERNEL ? List.of("#include <linux/linkage.h>", "#include <asm/asm.h>", "",
                "\t.section .noinstr.text, \"ax\"", "") : List.of("""
                .macro EXTABLE_FAULT instruction, fixup
                	.pushsection __ex_table, "a"
                	.balign	4
                	.long	\\instruction - .
                	.long	\\fixup - .
                	.long	2				/* RAX = the vector of the exception */
                	.popsection
                .endm

                	.text
                """);
    }

    /// What it ends with.
    List<String> tail() {
        return this == KERNEL ? List.of() : List.of("\t.section .note.GNU-stack, \"\", @progbits");
    }

    String begin(String name) {
        return this == KERNEL ? "SYM_FUNC_START(%s)".formatted(name)
                : "\t.globl\t%1$s\n\t.type\t%1$s, @function\n\t.balign\t16\n%1$s:".formatted(name);
    }

    String end(String name) {
        return this == KERNEL ? "SYM_FUNC_END(%s)".formatted(name) : "\t.size\t%1$s, . - %1$s".formatted(name);
    }

    String ret() {
        return this == KERNEL ? "RET" : "ret";
    }

    String fault(String instruction, String fixUp) {
        return this == KERNEL ? "\t_ASM_EXTABLE_FAULT(%s, %s)".formatted(instruction, fixUp)
                : "\tEXTABLE_FAULT %s, %s".formatted(instruction, fixUp);
    }
}
