package dev.trampette.generate;

import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Stored;
import java.util.List;
import java.util.stream.Collectors;

/// The Java interface of the typed calls of a family: a method for each leaf, and a record where it has outputs.
///
/// @param what its first sentence
/// @param table the leaves
record TypedInterface(String what, LeafTable table) {

    /// The import that is there where it is needed.
    static final String RESULT = "import dev.trampette.call.Result;\n";

    private static final int WIDTH = 108;

    JavaFile file() {
        String type = table.family().calls();
        List<Leaf> leaves = table.wrapped().toList();
        boolean results = returnsResult(leaves);
        return new JavaFile("dev.trampette.tdx", type, """
                import dev.trampette.call.CheckReturnValue;
                import dev.trampette.call.Result;
                import dev.trampette.shim.Shim;
                import dev.trampette.spec.$status$;
                import java.lang.foreign.Arena;

                /// $what$
                ///
                /// Every method is one entry of the table `$table$.yaml`. A leaf without outputs gives its status,
                $shapes$
                /// Instances can be shared by threads. Calls go through memory of the thread, and make no garbage
                /// where the compiler takes their results apart.
                ///
                /// A wrapper that does not return throws a [dev.trampette.call.WrapperPanic] or
                /// [dev.trampette.call.WrapperCrash].
                @CheckReturnValue
                public sealed interface $type$ permits Bound$type$ {

                    /// Calls that a shim answers, under the guard, for as long as the JVM runs.
                    ///
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ of(Design design, Shim shim) {
                        return of(design, shim, Arena.global());
                    }

                    /// The same, for as long as an arena lives.
                    ///
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ of(Design design, Shim shim, Arena arena) {
                        return Bound$type$.bind(Binding.toShim(design, shim, arena));
                    }

                    /// Calls that nobody answers: the instruction is a stub that leaves every register as it is but
                    /// RAX, which is 0. For timing a design from Java.
                    ///
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ ofNullStub(Design design) {
                        return Bound$type$.bind(Binding.toNullStub(design));
                    }

                    /// The same calls for the current thread alone: in a `static final` field they save a look-up.
                    ///
                    /// Any other thread that calls gets a [WrongThreadException].
                    $type$ confined();
                $methods$}
                """
                .replace(RESULT, results ? RESULT : "")
                .replace("$shapes$", results
                        ? "/// one whose outputs have a meaning on success only a [Result], any other a record of\n"
                                + "/// status and outputs."
                        : "/// any other a record of status and outputs. Outputs that were not stored are 0.")
                .replace("$status$", TypedLeaf.status(table.family()))
                .replace("$what$", what).replace("$table$", table.family().label())
                .replace("$methods$", leaves.stream().map(TypedInterface::method).collect(Collectors.joining()))
                .replace("$type$", type));
    }

    /// Whether outputs of some have a meaning on success only.
    static boolean returnsResult(List<Leaf> leaves) {
        return leaves.stream().anyMatch(leaf -> leaf.stored() == Stored.SUCCESS);
    }

    /// The declaration of a leaf's method, and the record of its outputs.
    private static String method(Leaf leaf) {
        TypedLeaf typed = new TypedLeaf(leaf);
        StringBuilder text = new StringBuilder("\n");
        doc(text, "%s, %s 0x%x.%s".formatted(leaf.title(), leaf.family().selector().name(), leaf.number(),
                switch (leaf.evidence()) {
                    case CHECKED -> "";
                    case ONE_SOURCE -> " The entry is from one source.";
                    case NONE -> " The entry is not verified.";
                }));
        for (int i = 0; i < leaf.notes().size(); i++) {
            doc(text, (i == 0 ? "\n- " : "- ") + leaf.notes().get(i));
        }
        if (!leaf.statuses().isEmpty()) {
            doc(text, "\nStatuses that are known to come: %s.".formatted(String.join(", ", leaf.statuses())));
        }
        if (!leaf.returns()) {
            doc(text, "\nThe other side is expected not to return.");
        }
        if (!leaf.sources().isEmpty()) {
            doc(text, "\nSource: %s.".formatted(String.join("; ", leaf.sources())));
        }
        List<Leaf.Input> parameters = typed.parameters();
        for (int i = 0; i < parameters.size(); i++) {
            doc(text, (i == 0 ? "\n" : "") + "@param %s %s".formatted(TypedLeaf.name(parameters.get(i).name()),
                    parameters.get(i).text()));
        }
        text.append("    %s %s(%s);\n".formatted(typed.result(), leaf.methodName(),
                typed.declaration()));
        if (typed.isRecord()) {
            text.append('\n');
            doc(text, "What %s answers.".formatted(leaf.title()));
            boolean withStatus = leaf.stored() != Stored.SUCCESS;
            if (withStatus) {
                doc(text, "\n@param status how it went");
            }
            for (int i = 0; i < leaf.outputs().size(); i++) {
                doc(text, (i == 0 && !withStatus ? "\n" : "") + "@param %s %s".formatted(
                        TypedLeaf.name(leaf.outputs().get(i).name()), leaf.outputs().get(i).text()));
            }
            text.append("    record %s(\n%s%s) {\n    }\n".formatted(leaf.typeName(),
                    withStatus ? "            " + typed.status() + " status,\n" : "", leaf.outputs().stream()
                            .map(output -> "            long " + TypedLeaf.name(output.name()))
                            .collect(Collectors.joining(",\n"))));
        }
        return text.toString();
    }

    private static void doc(StringBuilder text, String sentence) {
        for (String line : sentence.split("\n", -1)) {
            for (String part : Text.wrap(line, WIDTH)) {
                text.append(("    /// " + part).stripTrailing()).append('\n');
            }
        }
    }
}
