package dev.trampette.verify.learn;

import dev.trampette.contract.Contract;
import dev.trampette.spec.Amount;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Memory;
import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A prototype says how a wrapper is called, and not what it does with its instruction. What it does is learnt, and
/// told in the names and types of the prototype.
public final class Completion {

    private static final Pattern LEARNT_NAME = Pattern.compile("\\ba(\\d)\\b");
    /// A register, or an operand, and the argument that it is from.
    private static final Pattern SOURCE = Pattern.compile("\\b\\w+:(a\\d)(?:\\[\\d+])?(?=[ ,)]|$)[ ,]?");
    /// What a caller says of results, and what only calls show.
    private static final Pattern TYPE = Pattern.compile("result=(void|bool|[ui]\\d+)");

    private Completion() {
    }

    /// Whether a contract leaves that open: integers and pointers alone, and no word of an instruction.
    public static boolean isOpen(Contract said) {
        return said.effect().isEmpty() && said.signature().convention().isC() && said.signature().values().stream()
                .allMatch(value -> value.kind() == Value.Kind.SCALAR && !value.members().getFirst().argument().type()
                        .isFloating());
    }

    /// What is said, and besides what was learnt.
    ///
    /// @param learnt by calls of the same routine, with an instruction
    /// @throws dev.trampette.contract.ContractException when one does not go with the other
    public static Contract of(Contract said, Contract learnt) {
        List<String> names = said.signature().values().stream().map(Value::name).toList();
        Map<String, String> lines = new LinkedHashMap<>();
        learnt.lines().forEach((key, line) -> lines.put(key, known(named(line, names), names)));
        lines.values().remove("in=");
        String result = lines.getOrDefault("result", "");
        said.lines().forEach((key, line) -> {
            boolean isOnlyType = key.equals("result") && !result.isEmpty() && !TYPE.matcher(result).matches();
            if (!key.equals("arguments") && !isOnlyType) {
                lines.put(key, line);
            }
        });
        List<Argument> arguments = new ArrayList<>();
        Map<String, Argument> seen = learnt.signature().arguments().stream().collect(Collectors.toMap(
                argument -> named(argument.name(), names), it -> it));
        said.signature().values().forEach(value -> {
            Argument argument = value.members().getFirst().argument();
            boolean isOfWords = lines.values().stream().anyMatch(line -> line.contains(":%s[".formatted(value.name())));
            arguments.add(seen.containsKey(value.name()) ? both(argument, seen.get(value.name()), isOfWords)
                    : argument);
        });
        if (!arguments.isEmpty()) {
            lines.put("arguments", "arguments=" + arguments.stream().map(Argument::toString)
                    .collect(Collectors.joining(" ")));
        }
        return Contract.parse(String.join("\n", lines.values()));
    }

    /// Without registers that hold what is no argument, as the caller says.
    private static String known(String line, List<String> names) {
        return SOURCE.matcher(line).replaceAll(found -> names.contains(found.group(1)) ? found.group() : "")
                .replace(",)", ")").stripTrailing();
    }

    private static String named(String text, List<String> names) {
        return LEARNT_NAME.matcher(text).replaceAll(found -> {
            int n = Integer.parseInt(found.group(1));
            return n < names.size() ? names.get(n) : found.group();
        });
    }

    /// The caller knows types and values; calls show what is a pointer, to how much, and whether it is written.
    ///
    /// @param isOfWords whether the instruction gets words of what it points to
    private static Argument both(Argument said, Argument learnt, boolean isOfWords) {
        if (said.callee().isPresent() || !said.isPointer() && !learnt.isPointer()) {
            return said;
        }
        if (!said.isPointer() || !learnt.isPointer()) {
            return new Argument(said.name(), learnt.type(), learnt.length(), learnt.element(), learnt.range(),
                    learnt.isNullable(), learnt.callee(), learnt.memory());
        }
        Argument.Type type = said.type() == Argument.Type.INOUT ? learnt.type() : said.type();
        boolean isSaid = said.length() > 0;
        boolean isBytes = !isSaid && said.element() == Argument.Type.U8;
        if (isBytes || isOfWords && said.element() != Argument.Type.U64) {
            return both(new Argument(said.name(), said.type(), said.size() / Long.BYTES), learnt, false);
        }
        int length = Math.ceilDiv(learnt.size(), said.element().bytes());
        Memory memory = isSaid ? said.memory() : new Memory(Amount.of(length), said.memory().contents(),
                Math.max(said.memory().alignment(), learnt.memory().alignment()), said.memory().sharing());
        return new Argument(said.name(), type, isSaid ? said.length() : length, said.element(), said.range(),
                said.isNullable() || learnt.isNullable(), said.callee(), memory);
    }
}
