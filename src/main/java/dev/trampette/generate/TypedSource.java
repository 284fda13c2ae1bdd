package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The Java sources of the typed calls of a family: an interface with a method for each leaf, and the record behind it.
///
/// @param type the name of the interface: `Tdcall`
/// @param what its first sentence
/// @param table the leaves
record TypedSource(String type, String what, LeafTable table) {

    private static final int WIDTH = 108;
    private static final int MOST_ON_A_LINE = 4;
    private static final String RESULT = "import dev.trampette.call.Result;\n";

    private String status() {
        return table.family() == Family.TDVMCALL ? "GhciStatus" : "CompletionStatus";
    }

    private List<Leaf> leaves() {
        return table.wrapped().toList();
    }

    JavaFile calls() {
        return new JavaFile("dev.trampette.tdx", type, """
                import dev.trampette.call.CheckReturnValue;
                import dev.trampette.call.Result;
                import dev.trampette.shim.Shim;
                import dev.trampette.spec.$status$;

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
                    /// @throws dev.trampette.image.ImageException on another platform, or when the image is not usable
                    static $type$ of(Design design, Shim shim) {
                        return Bound$type$.bind(Binding.toShim(design, shim));
                    }

                    /// Calls that nobody answers: the instruction is a stub that leaves every register as it is but
                    /// RAX, which is 0. For timing a design from Java.
                    ///
                    /// @throws dev.trampette.image.ImageException on another platform, or when the image is not usable
                    static $type$ ofNullStub(Design design) {
                        return Bound$type$.bind(Binding.toNullStub(design));
                    }

                    /// The same calls for the current thread alone: in a `static final` field they save a look-up.
                    ///
                    /// Any other thread that calls gets a [WrongThreadException].
                    $type$ confined();
                $methods$}
                """
                .replace(RESULT, returnsResult() ? RESULT : "")
                .replace("$shapes$", returnsResult()
                        ? "/// one whose outputs have a meaning on success only a [Result], any other a record of status and\n"
                                + "/// outputs."
                        : "/// any other a record of status and outputs. Outputs that were not stored are 0.")
                .replace("$status$", status()).replace("$what$", what).replace("$table$", table.family().label())
                .replace("$methods$", leaves().stream().map(this::method).collect(Collectors.joining()))
                .replace("$type$", type));
    }

    JavaFile binding() {
        String handles = leaves().stream().map(leaf -> "        MethodHandle %s,\n".formatted(handle(leaf)))
                .collect(Collectors.joining());
        String look = leaves().stream().map(leaf -> "                callSites.handle(\"%s\"),\n"
                .formatted(leaf.symbol())).collect(Collectors.joining());
        String again = leaves().stream().map(leaf -> handle(leaf) + ",\n                ")
                .collect(Collectors.joining());
        return new JavaFile("dev.trampette.tdx", "Bound" + type, """
                import dev.trampette.call.CallBlock;
                import dev.trampette.call.Result;
                import dev.trampette.spec.$status$;
                import java.lang.invoke.MethodHandle;

                /// The calls with their handles. A record, for the JIT trusts the fields of records.
                ///
                /// @param only the memory of the one thread that may call, or null: every thread then finds its own
                record Bound$type$(
                $handles$        CallBlock only) implements $type$ {

                    static Bound$type$ bind(Binding callSites) {
                        return new Bound$type$(
                $look$                null);
                    }

                    @Override
                    public $type$ confined() {
                        return new Bound$type$(
                                $again$CallBlock.forThisThread());
                    }

                    private CallBlock block() {
                        return only == null ? CallBlock.current() : only.owned();
                    }
                $methods$}
                """
                .replace(RESULT, returnsResult() ? RESULT : "")
                .replace("$status$", status()).replace("$handles$", handles).replace("$look$", look)
                .replace("$again$", again)
                .replace("$methods$", leaves().stream().map(this::body).collect(Collectors.joining()))
                .replace("$type$", type));
    }

    private boolean returnsResult() {
        return leaves().stream().anyMatch(leaf -> leaf.stored() == Stored.SUCCESS);
    }

    /// The declaration of a leaf's method, and the record of its outputs.
    private String method(Leaf leaf) {
        StringBuilder text = new StringBuilder("\n");
        doc(text, "%s, %s 0x%x.%s".formatted(leaf.title(), leaf.family().selector().name(), leaf.number(),
                leaf.verified() ? "" : " The entry is not verified."));
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
        List<Leaf.Input> parameters = parameters(leaf);
        for (int i = 0; i < parameters.size(); i++) {
            doc(text, (i == 0 ? "\n" : "") + "@param %s %s".formatted(name(parameters.get(i).name()),
                    parameters.get(i).text()));
        }
        text.append("    %s %s(%s);\n".formatted(result(leaf), leaf.methodName(), declaration(parameters)));
        if (isRecord(leaf)) {
            text.append('\n');
            doc(text, "What %s answers.".formatted(leaf.title()));
            boolean withStatus = leaf.stored() != Stored.SUCCESS;
            if (withStatus) {
                doc(text, "\n@param status how it went");
            }
            for (int i = 0; i < leaf.outputs().size(); i++) {
                doc(text, (i == 0 && !withStatus ? "\n" : "") + "@param %s %s".formatted(
                        name(leaf.outputs().get(i).name()), leaf.outputs().get(i).text()));
            }
            text.append("    record %s(\n%s%s) {\n    }\n".formatted(leaf.typeName(),
                    withStatus ? "            " + status() + " status,\n" : "", leaf.outputs().stream()
                            .map(output -> "            long " + name(output.name()))
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

    private boolean isRecord(Leaf leaf) {
        return leaf.stored() != Stored.NEVER && !(leaf.stored() == Stored.SUCCESS && leaf.outputs().size() == 1);
    }

    private String result(Leaf leaf) {
        return switch (leaf.stored()) {
            case NEVER -> status();
            case SUCCESS -> "Result<%s, %s>".formatted(isRecord(leaf) ? leaf.typeName() : "Long", status());
            default -> leaf.typeName();
        };
    }

    /// The inputs that are no constants, in the order of the table.
    private static List<Leaf.Input> parameters(Leaf leaf) {
        return leaf.inputs().stream().filter(input -> input.value().isEmpty()).toList();
    }

    private static String declaration(List<Leaf.Input> parameters) {
        return parameters.stream().map(input -> switch (input.type()) {
            case BOOL -> "boolean ";
            case U32 -> "int ";
            default -> "long ";
        } + name(input.name())).collect(Collectors.joining(parameters.size() > MOST_ON_A_LINE ? ",\n            "
                : ", "));
    }

    /// The implementation: arrays into memory, the call, the result. Its own names end in `_`, as no parameter's does.
    private String body(Leaf leaf) {
        List<String> lines = new ArrayList<>();
        List<String> operands = new ArrayList<>(List.of("callBlock_.departure()"));
        int word = 0;
        for (Argument argument : leaf.arguments()) {
            switch (argument.type()) {
                case IN -> {
                    for (int i = 0; i < argument.length(); i++) {
                        String element = "%s[%d]".formatted(argument.name(), i);
                        lines.add("callBlock_.in(%d, %s);".formatted(word + i, name(element)));
                    }
                    operands.add(word == 0 ? "callBlock_.in()" : "callBlock_.in().asSlice(%dL)".formatted(word * 8));
                    word += argument.length();
                }
                case OUT -> operands.add("callBlock_.out()");
                default -> operands.add(name(argument.name()));
            }
        }
        lines.add("long answer_ = (long) %s.invokeExact(\n                    %s);".formatted(handle(leaf),
                String.join(", ", operands)));
        lines.add("callBlock_.check();");
        if (leaf.family() == Family.TDH && !leaf.outputs().isEmpty()) {
            lines.add("if (new CompletionStatus(answer_).isSoftware()) {\n                callBlock_.clearOut(%d);\n"
                    .formatted(leaf.outputs().size()) + "            }");
        }
        lines.add("return %s;".formatted(answer(leaf)));
        return """

                    @Override
                    public $result$ $method$($parameters$) {
                        CallBlock callBlock_ = block();
                        try {
                $lines$
                        } catch (Throwable thrown_) {
                            throw CallBlock.<RuntimeException>unchanged(thrown_);
                        }
                    }
                """.replace("$result$", result(leaf)).replace("$method$", leaf.methodName())
                .replace("$parameters$", declaration(parameters(leaf)))
                .replace("$lines$", lines.stream().map(line -> "            " + line)
                        .collect(Collectors.joining("\n")));
    }

    private String answer(Leaf leaf) {
        String output = (leaf.stored() == Stored.FAILURE ? "answer_ == 0 ? 0 : " : "") + "callBlock_.out(%d)";
        String outputs = IntStream.range(0, leaf.outputs().size()).mapToObj(output::formatted)
                .collect(Collectors.joining(", "));
        String status = "new %s(answer_)".formatted(status());
        return switch (leaf.stored()) {
            case NEVER -> status;
            case SUCCESS -> ("answer_ == 0 ? new Result.Ok<>(%s)\n"
                    + "                    : new Result.Refused<>(%s)").formatted(
                    isRecord(leaf) ? "new %s(%s)".formatted(leaf.typeName(), outputs) : outputs, status);
            default -> "new %s(%s, %s)".formatted(leaf.typeName(), status, outputs);
        };
    }

    /// The component that holds the handle of a leaf. A method without parameters would be taken for its accessor.
    private static String handle(Leaf leaf) {
        return leaf.methodName() + "Handle";
    }

    /// The name of a parameter: `field_id` is `fieldId`, `uuid[2]` is `uuid2`.
    private static String name(String name) {
        String[] words = name.replaceAll("[\\[\\]]", "").split("_");
        StringBuilder camel = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            camel.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
        }
        return camel.toString();
    }
}
