package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Values of more than 64 bits as contracts have them: `v256`, `struct(x:f64,n:u8[3])`.
final class ValueText {

    private static final String STRUCTURE = "struct";
    private static final Pattern FIELDS = Pattern.compile(STRUCTURE + "\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern ARRAY = Pattern.compile("(\\w+):(\\w+)\\[(\\d{1,3})]");

    private ValueText() {
    }

    /// Whether a type is of values that are more than one number.
    static boolean isMany(String type) {
        return type.equals(STRUCTURE) || TypeNames.isWide(type);
    }

    /// What is passed, or returned.
    ///
    /// @throws IllegalArgumentException when it is no value
    static Value value(String name, String type) {
        Matcher structure = FIELDS.matcher(type);
        if (structure.matches()) {
            return structure(name, structure.group(1));
        }
        require(type.matches("\\w+"), "no such type: %s", type);
        return TypeNames.value(name, type);
    }

    private static Value structure(String name, String text) {
        List<String> types = new ArrayList<>();
        List<Value> fields = new ArrayList<>();
        for (String field : split(text, false)) {
            String named = field.matches("\\w+:.*") ? field : "f" + types.size() + ":" + field;
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
        List<Optional<Value>> values = ArgumentText.values(field);
        require(values.size() == 1 && values.getFirst().isPresent(), "%s is no field", field);
        return values.getFirst().get().named(one -> name + "." + one);
    }

    /// Words between blanks and commas that no bracket holds, without blanks.
    static List<String> words(String text) {
        return split(text, true);
    }

    private static List<String> split(String text, boolean isAtBlanks) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (char c : (text + ",").toCharArray()) {
            depth += "({[".indexOf(c) >= 0 ? 1 : ")}]".indexOf(c) >= 0 ? -1 : 0;
            boolean isBlank = Character.isWhitespace(c);
            if (depth <= 0 && (isBlank && isAtBlanks || c == ',')) {
                if (!word.toString().isBlank()) {
                    words.add(word.toString().strip());
                }
                word.setLength(0);
            } else if (!isBlank || !isAtBlanks) {
                word.append(c);
            }
        }
        require(depth == 0, "brackets that do not match: %s", text);
        return words;
    }
}
