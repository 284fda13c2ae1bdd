package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Argument;
import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Values as contracts have them: `x:f80`, `m:v256`, `p:struct(x:f64,n:u8[3])`; and pointers of which nobody knows how
/// much they point to, `p:in[?xu8]`. All else is an argument.
final class ValueText {

    private static final Pattern STRUCTURE = Pattern.compile("(\\w+):struct\\((.*)\\)");
    private static final Pattern ARRAY = Pattern.compile("(\\w+):(\\w+)\\[(\\d{1,3})]");
    private static final Pattern UNSIZED = Pattern.compile("(\\w+):(in|out|inout|scratch)\\[\\?(?:x(\\w+))?](\\??)");
    private static final Pattern PLAIN = Pattern.compile("(\\w+):(\\w+)");

    private ValueText() {
    }

    /// What is passed.
    ///
    /// @throws IllegalArgumentException when it is no value
    static Value value(String word) {
        Matcher plain = PLAIN.matcher(word);
        if (plain.matches() && TypeNames.isWide(plain.group(2))) {
            return TypeNames.value(plain.group(1), plain.group(2));
        }
        Matcher structure = STRUCTURE.matcher(word);
        if (structure.matches()) {
            return structure(structure.group(1), structure.group(2));
        }
        Matcher unsized = UNSIZED.matcher(word);
        if (unsized.matches()) {
            Argument pointer = new Argument(unsized.group(1), TypeNames.scalar(unsized.group(2)), 0,
                    unsized.group(3) == null ? Argument.Type.U64 : TypeNames.scalar(unsized.group(3)));
            return Value.of(unsized.group(4).isEmpty() ? pointer : pointer.nullable());
        }
        return Value.of(ContractText.argument(word));
    }

    private static Value structure(String name, String text) {
        List<String> types = new ArrayList<>();
        List<Value> fields = new ArrayList<>();
        for (String field : words(text)) {
            String named = field.matches("\\w+:.*") ? field : types.size() + ":" + field;
            types.add(field);
            Matcher array = ARRAY.matcher(named);
            if (array.matches() && !TypeNames.scalar(array.group(2)).isPointer()) {
                IntStream.range(0, Integer.parseInt(array.group(3))).mapToObj(n -> "%s%d:%s".formatted(
                        array.group(1), n, array.group(2))).forEach(one -> fields.add(inside(name, one)));
            } else {
                fields.add(inside(name, named));
            }
        }
        require(!fields.isEmpty(), "%s:struct() has no fields", name);
        require(fields.stream().noneMatch(field -> field.members().stream().anyMatch(member ->
                member.argument().callee().isPresent())), "%s has a pointer to a function; it is u64 there", name);
        return Value.structure(name, types.stream().collect(Collectors.joining(",", "struct(", ")")), fields);
    }

    private static Value inside(String name, String field) {
        return value(field).named(one -> name + "." + one);
    }

    /// Words between blanks and commas that no bracket holds.
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (char c : (text + " ").toCharArray()) {
            depth += "({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0;
            boolean isBlank = Character.isWhitespace(c);
            if (depth <= 0 && (isBlank || c == ',')) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                }
                word.setLength(0);
            } else if (!isBlank) {
                word.append(c);
            }
        }
        require(depth == 0, "brackets that do not match: %s", text);
        return words;
    }
}
