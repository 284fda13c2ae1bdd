package dev.trampette.generate;

import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The wrappers of a table as a header of C: an inline function for each leaf, and declarations of what they call. The
/// routines are a source for the GNU assembler beside it.
///
/// @param design how they are written: `trampoline` or `memory-struct`
/// @param table what is called
/// @param origin how the header calls the table
/// @param symbols how the functions of the routines are written
public record CHeader(DesignSource design, LeafTable table, String origin, Symbols symbols) {

    private static final int WIDTH = 90;

    private static final String TYPES = """
            #ifdef __KERNEL__
            #include <linux/types.h>
            #else
            #include <stdbool.h>
            #include <stdint.h>
            typedef uint32_t u32;
            typedef uint64_t u64;
            #endif

            /* Defined as nothing, it makes functions of them, whose names the contracts beside have. */
            #ifndef TDX_INLINE
            #define TDX_INLINE static inline
            #endif
            """;

    /// Whether a design can be written in C by inline functions.
    public static boolean has(DesignSource design) {
        return design instanceof Trampoline || design instanceof MemoryStruct;
    }

    /// The file that it belongs in: `trampoline-tdg.h`.
    public String fileName() {
        return routines().fileName().replaceFirst("S$", "h");
    }

    /// What it calls.
    public GasSource routines() {
        return new GasSource(design, table, Convention.SYSV, origin, symbols, true);
    }

    /// The header.
    public String text() {
        StringBuilder text = new StringBuilder("""
                /*
                 * Design `%s`, family %s: an inline function for each leaf of a table.
                 * Made from %s: change that.
                 *
                %s
                 */
                """.formatted(design.label(), table.family().label(), origin, about().stream().map(line ->
                        (" * " + line).stripTrailing()).collect(Collectors.joining("\n"))));
        String guard = "TDX_%s_%s_H".formatted(design.label().toUpperCase(Locale.ROOT).replace('-', '_'),
                table.family().name());
        text.append("#ifndef %1$s%n#define %1$s%n%n".formatted(guard)).append(TYPES).append('\n');
        if (design instanceof MemoryStruct) {
            declarations(text);
        }
        table.wrapped().forEach(leaf -> function(leaf, text));
        return text.append("#endif\n").toString();
    }

    private List<String> about() {
        List<String> about = new ArrayList<>();
        if (design instanceof Trampoline) {
            about.addAll(Text.wrap("Each function is one asm statement that calls a routine of " + routines().fileName()
                    + ". Its constraints say all that the routine reads and writes. \"memory\" is among them always: "
                    + "the other side may read and write memory, and no table says of which leaf that is not true.",
                    WIDTH));
            about.addAll(Text.wrap("A call pushes its return address: compile with -mno-red-zone, as kernels do.",
                    WIDTH));
        } else {
            about.addAll(Text.wrap("Each function fills a structure and calls a routine of " + routines().fileName()
                    + ", which loads all of it into registers, and stores them again.", WIDTH));
        }
        return about;
    }

    private void declarations(StringBuilder text) {
        boolean isVmcall = table.family() == Family.TDVMCALL;
        List<Gpr> members = isVmcall ? SharedRoutine.HYPERCALL_ARGS : SharedRoutine.MODULE_ARGS;
        String type = isVmcall ? "tdx_hypercall_args" : "tdx_module_args";
        text.append("#ifndef %s_H%n#define %s_H%nstruct %s {%n\tu64 %s;%n};%n#endif%n%n".formatted(
                type.toUpperCase(Locale.ROOT), type.toUpperCase(Locale.ROOT), type, members.stream()
                        .map(Gpr::toString).collect(Collectors.joining(", "))));
        design.shared(table.family()).forEach(one -> text.append("u64 %s(%sstruct %s *args);%n".formatted(one.name(),
                isVmcall ? "" : "u64 leaf, ", type)));
        text.append('\n');
    }

    private void function(Leaf leaf, StringBuilder text) {
        text.append("/*\n * ").append(PerLeaf.title(leaf)).append("\n *\n");
        PerLeaf.instructionAbi(leaf).forEach(line -> text.append((" * " + line).stripTrailing()).append('\n'));
        leaf.notes().forEach(note -> text.append(" *\n * ").append(String.join("\n * ",
                Text.wrap(note.replace("*/", "* /"), WIDTH))).append('\n'));
        text.append(" */\n").append(new CFunction(leaf).declaration(design.symbol(leaf))).append("\n{\n")
                .append(design instanceof Trampoline ? CTrampoline.body(leaf) : CStructure.body(leaf))
                .append("}\n\n");
    }
}
