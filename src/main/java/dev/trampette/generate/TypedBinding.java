package dev.trampette.generate;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The Java record behind the interface of the typed calls: a handle for each leaf, and its calls.
///
/// @param table the leaves
record TypedBinding(LeafTable table) {

    JavaFile file() {
        String type = table.family().calls();
        List<Leaf> leaves = table.wrapped().toList();
        String handles = leaves.stream()
                .map(leaf -> "        MethodHandle %s,\n".formatted(new TypedLeaf(leaf).handle()))
                .collect(Collectors.joining());
        String look = leaves.stream().map(leaf -> "                callSites.handle(\"%s\"),\n"
                .formatted(leaf.symbol())).collect(Collectors.joining());
        String again = leaves.stream().map(leaf -> new TypedLeaf(leaf).handle() + ",\n                ")
                .collect(Collectors.joining());
        return new JavaFile("dev.trampette.tdx", "Bound" + type, """
                import dev.trampette.call.Result;
                import dev.trampette.crossing.CallBlock;
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
                .replace(TypedInterface.RESULT, TypedInterface.returnsResult(leaves) ? TypedInterface.RESULT : "")
                .replace("$status$", TypedLeaf.status(table.family()))
                .replace("$handles$", handles).replace("$look$", look)
                .replace("$again$", again)
                .replace("$methods$", leaves.stream().map(TypedBinding::body).collect(Collectors.joining()))
                .replace("$type$", type));
    }

    /// The implementation: arrays into memory, the call, the result. Its own names end in `_`, as no parameter's does.
    private static String body(Leaf leaf) {
        TypedLeaf typed = new TypedLeaf(leaf);
        List<String> lines = new ArrayList<>();
        List<String> operands = new ArrayList<>(List.of("callBlock_.departure()"));
        int word = 0;
        for (Argument argument : leaf.arguments()) {
            switch (argument.type()) {
                case IN -> {
                    for (int i = 0; i < argument.length(); i++) {
                        String element = "%s[%d]".formatted(argument.name(), i);
                        lines.add("callBlock_.in(%d, %s);".formatted(word + i, TypedLeaf.name(element)));
                    }
                    operands.add(word == 0 ? "callBlock_.in()" : "callBlock_.in().asSlice(%dL)".formatted(word * 8));
                    word += argument.length();
                }
                case OUT -> operands.add("callBlock_.out()");
                default -> operands.add(TypedLeaf.name(argument.name()));
            }
        }
        lines.add("long answer_ = (long) %s.invokeExact(\n                    %s);".formatted(typed.handle(),
                String.join(", ", operands)));
        lines.add("callBlock_.check();");
        if (isLeftAlone(leaf)) {
            lines.add("if (new %s(answer_).%s) {\n                callBlock_.clearOut(%d);\n            }".formatted(
                    typed.status(), leaf.family() == Family.SEAMLDR ? "isSoftware()" : "isUnanswered()",
                    leaf.outputs().size()));
        }
        lines.add("return %s;".formatted(answer(typed)));
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
                """.replace("$result$", typed.result()).replace("$method$", leaf.methodName())
                .replace("$parameters$", typed.declaration())
                .replace("$lines$", lines.stream().map(line -> "            " + line)
                        .collect(Collectors.joining("\n")));
    }

    /// Whether nobody may have written the outputs, although they are stored.
    private static boolean isLeftAlone(Leaf leaf) {
        return leaf.family() != Family.TDVMCALL && leaf.stored().on(-1);
    }

    private static String answer(TypedLeaf typed) {
        Leaf leaf = typed.leaf();
        String output = (leaf.stored() == Stored.FAILURE ? "answer_ == 0 ? 0 : " : "") + "callBlock_.out(%d)";
        String outputs = IntStream.range(0, leaf.outputs().size()).mapToObj(output::formatted)
                .collect(Collectors.joining(", "));
        String status = "new %s(answer_)".formatted(typed.status());
        return switch (leaf.stored()) {
            case NEVER -> status;
            case SUCCESS -> ("answer_ == 0 ? new Result.Ok<>(%s)\n"
                    + "                    : new Result.Refused<>(%s)").formatted(
                    typed.isRecord() ? "new %s(%s)".formatted(leaf.typeName(), outputs) : outputs, status);
            default -> "new %s(%s, %s)".formatted(leaf.typeName(), status, outputs);
        };
    }
}
