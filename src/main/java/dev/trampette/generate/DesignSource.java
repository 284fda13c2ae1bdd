package dev.trampette.generate;

import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A way to write wrappers, as a writer of NASM source.
public sealed interface DesignSource permits Inline, PerLeaf, Trampoline, MemoryStruct {

    /// All designs.
    static List<DesignSource> all() {
        return List.of(new Inline(), new Trampoline(), new PerLeaf(), new MemoryStruct());
    }

    /// The name in contracts and on the command line: `memory-struct`.
    String label();

    /// The macros that its sources need.
    String include();

    /// What the contract of a call site says beyond the leaf's own: `mask=0x1c00`, `calls=tdvmcall_trampoline`.
    List<String> contract(Leaf leaf);

    /// The body of a call site: what stands between its label and its end.
    void callSite(LeafFunction function, Nasm nasm);

    /// What stands behind the call site: a routine that belongs to this leaf alone. None, unless a design has one.
    default void routine(LeafFunction function, Nasm nasm) {
    }

    /// The symbol of that routine.
    default Optional<String> routineName(Leaf leaf) {
        return Optional.empty();
    }

    /// What its call sites share.
    default List<SharedRoutine> shared(Family family) {
        return List.of();
    }

    /// The symbol of a call site: `memory_struct_cpuid`.
    default String symbol(Leaf leaf) {
        return label().replace('-', '_') + "_" + leaf.symbol();
    }

    /// Text lines as the operands of DB: `"mask=0x1c00", 10, "calls=x", 10`.
    static String text(List<String> lines) {
        return lines.stream().map(line -> "\"" + line + "\", 10").collect(Collectors.joining(", "));
    }

    /// The same, a line of source for each, or more when it is long.
    static String textLines(List<String> lines) {
        return lines.stream()
                .map(line -> "    \"" + String.join(" \", \\\n        \"", Text.wrap(line, 100)) + "\", 10")
                .collect(Collectors.joining(", \\\n"));
    }
}
