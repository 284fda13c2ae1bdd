package dev.trampette.generate;

import dev.trampette.spec.Gpr;
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

                    /// {@return calls that a shim answers, under the guard, for as long as the JVM runs}
                    ///
                    /// @param design how the wrappers are written
                    /// @param shim who answers, on the thread that calls
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ of(Design design, Shim shim) {
                        return of(design, shim, Arena.global());
                    }

                    /// {@return the same, for as long as an arena lives}
                    ///
                    /// @param design how the wrappers are written
                    /// @param shim who answers, on the thread that calls
                    /// @param arena it stays the caller's; no call may come when it is closed, or be under way
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ of(Design design, Shim shim, Arena arena) {
                        return Bound$type$.bind(Binding.toShim(design, shim, arena));
                    }

                    /// {@return calls that nobody answers: the instruction is a stub that leaves every register as it
                    /// is but RAX, which is 0} They time a design from Java.
                    ///
                    /// @param design how the wrappers are written
                    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
                    static $type$ ofNullStub(Design design) {
                        return Bound$type$.bind(Binding.toNullStub(design));
                    }

                    /// {@return the same calls for the current thread alone: in a `static final` field they save a
                    /// look-up} Any other thread that calls gets a [WrongThreadException].
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
        doc(text, "");
        for (Leaf.Input input : typed.parameters()) {
            doc(text, param(input.name(), input.register(), input.text()));
        }
        doc(text, "@return " + returned(typed));
        text.append("    %s %s(%s);\n".formatted(typed.result(), leaf.methodName(),
                typed.declaration()));
        if (typed.isRecord()) {
            text.append('\n');
            doc(text, "What %s answers.\n".formatted(leaf.title()));
            boolean withStatus = leaf.stored() != Stored.SUCCESS;
            if (withStatus) {
                doc(text, param("status", leaf.family().status(), "how it went"));
            }
            for (Leaf.Output output : leaf.outputs()) {
                doc(text, param(output.name(), output.register(), output.text()));
            }
            text.append("    record %s(\n%s%s) {\n    }\n".formatted(leaf.typeName(),
                    withStatus ? "            " + typed.status() + " status,\n" : "", leaf.outputs().stream()
                            .map(output -> "            long " + TypedLeaf.name(output.name()))
                            .collect(Collectors.joining(",\n"))));
        }
        return text.toString();
    }

    /// The line of a parameter or of a component: its register, and what the table says of it.
    private static String param(String name, Gpr register, String meaning) {
        return "@param %s in %s%s".formatted(TypedLeaf.name(name), register.name(),
                meaning.isEmpty() ? "" : ", " + meaning);
    }

    /// What a call gives back: where each part of it is from, and when there is none.
    private static String returned(TypedLeaf typed) {
        Leaf leaf = typed.leaf();
        String status = "the status of the %s (%s)".formatted(switch (leaf.family()) {
            case TDVMCALL -> "VMM";
            case TDG, TDH -> "TDX module";
            case SEAMLDR -> "P-SEAMLDR";
        }, leaf.family().status().name());
        String unanswered = switch (leaf.family()) {
            case TDVMCALL -> "";
            case TDG, TDH -> "when the call is [unanswered][CompletionStatus#isUnanswered]";
            case SEAMLDR -> "when the P-SEAMLDR is [not reached][LoaderStatus#isSoftware]";
        };
        String zeroes = leaf.stored() == Stored.FAILURE
                ? unanswered.isEmpty() ? "on success" : "on success, and " + unanswered : unanswered;
        return switch (leaf.stored()) {
            case NEVER -> status;
            case SUCCESS -> "%s, or %s when that is not 0".formatted(typed.isRecord() ? "the outputs"
                    : what(leaf.outputs().getFirst()), status);
            case FAILURE, ALWAYS -> status + " and the outputs" + (zeroes.isEmpty() ? "" : ", which are 0 " + zeroes);
        };
    }

    private static String what(Leaf.Output output) {
        String register = output.register().name();
        return output.text().isEmpty() ? register : "%s (%s)".formatted(output.text(), register);
    }

    private static void doc(StringBuilder text, String sentence) {
        for (String line : sentence.split("\n", -1)) {
            for (String part : Text.wrap(line, WIDTH)) {
                text.append(("    /// " + part).stripTrailing()).append('\n');
            }
        }
    }
}
