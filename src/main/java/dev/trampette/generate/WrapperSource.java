package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Evidence;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The wrappers of a table in one design, as a NASM source that assembles with the includes of `src/main/asm`.
///
/// @param design how they are written
/// @param table what is called
/// @param convention of the functions
/// @param origin how the source calls the table
/// @param includes where `src/main/asm/include` is, from the folder of the source or from the root
public record WrapperSource(DesignSource design, LeafTable table, Convention convention, String origin,
        String includes) {

    private static final int WIDTH = 110;

    /// The file that it belongs in: `memory-struct-tdg.asm`.
    public String fileName() {
        return "%s-%s.asm".formatted(design.label(), table.family().label());
    }

    /// The source.
    public String text() {
        Nasm nasm = new Nasm();
        nasm.line("; Design `%s`, family %s. Made from %s: change that.", design.label(),
                table.family().label(), origin);
        nasm.line(";");
        nasm.line("; " + assembleLine());
        nasm.line("");
        nasm.line("%%define DESIGN \"%s\"", design.label());
        if (convention != Convention.SYSV) {
            nasm.line("%%define CONVENTION \"%s\"", convention);
        }
        nasm.line("%%include \"%s\"", design.include());
        nasm.line("");
        table.wrapped().forEach(leaf -> {
            LeafFunction function = new LeafFunction(leaf, convention);
            define(leaf, nasm);
            nasm.line("");
            String declaration = leaf.title() + ": " + function.declaration(design.symbol(leaf));
            nasm.line("; " + String.join("\n;     ", Text.wrap(declaration, WIDTH)));
            List<String> more = design.contract(leaf);
            String prefix = design.label().replace('-', '_');
            nasm.line("CALL_SITE %s, %s%s", prefix, leaf.symbol(), more.isEmpty() ? ""
                    : ", " + DesignSource.text(more));
            design.callSite(function, nasm);
            nasm.line("END_CALL_SITE %s, %s", prefix, leaf.symbol());
            nasm.line("");
            design.routine(function, nasm);
        });
        return nasm.toString();
    }

    /// What assembles the source in its folder, for a shell.
    public String assembleLine() {
        String path = includes.matches("[\\w./+-]+") ? includes : "'" + includes.replace("'", "'\\''") + "'";
        return "nasm -f elf64 -Wall -Werror -I %s/ -D IMAGE_HARDWARE=1 -D IMAGE_SHIM=0 -D IMAGE_NULL=0 %s"
                .formatted(path, fileName());
    }

    /// The C function of a leaf in any design.
    public static String declaration(Leaf leaf) {
        return new LeafFunction(leaf).declaration("DESIGN_" + leaf.symbol());
    }

    /// An include with the contract of every leaf of a table, for sources that are written by hand.
    static String contracts(LeafTable table, String origin) {
        Nasm nasm = new Nasm();
        nasm.line("; The leaves of family %s, as contracts have them. Made from %s: change that.",
                table.family().label(), origin);
        table.wrapped().forEach(leaf -> {
            nasm.line("");
            nasm.line("%%define NUMBER_%s 0x%x", leaf.symbol(), leaf.number());
            define(leaf, nasm);
        });
        return nasm.toString();
    }

    private static void define(Leaf leaf, Nasm nasm) {
        nasm.line("%%define LEAF_%s \\", leaf.symbol());
        nasm.line(DesignSource.textLines(contract(leaf)));
    }

    /// The leaf's part of a contract.
    static List<String> contract(Leaf leaf) {
        List<String> lines = new ArrayList<>();
        lines.add("instruction=" + leaf.family().instruction());
        lines.add("leaf=" + leaf.title());
        if (leaf.evidence() != Evidence.CHECKED) {
            lines.add("verified=" + leaf.evidence());
        }
        if (!leaf.arguments().isEmpty()) {
            lines.add("arguments=" + leaf.arguments().stream().map(Argument::toString)
                    .collect(Collectors.joining(" ")));
        }
        Gpr selector = leaf.family().selector();
        lines.add("in=" + selector + ":0x%x".formatted(leaf.number()) + leaf.inputs().stream()
                .map(input -> " " + input.register() + ":" + input.source()).collect(Collectors.joining()));
        if (leaf.stored() != Stored.NEVER) {
            lines.add("out=" + leaf.outputs().stream().map(output -> output.register().toString())
                    .collect(Collectors.joining(" ")));
            lines.add("stored=" + leaf.stored().label());
        }
        if (leaf.scrub() && leaf.family() != Family.TDVMCALL) {
            lines.add("scrub=yes");
        }
        return lines;
    }
}
