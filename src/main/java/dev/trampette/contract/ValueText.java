package dev.trampette.contract;

import static dev.trampette.contract.ContractRules.require;

import dev.trampette.spec.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Values of more than 64 bits as contracts have them: `v256`, `struct(x:f64,n:u8[3])`.
final class ValueText {

    /// What is made of several values.
    enum Compound {
        STRUCT, PACKED, UNION;

        /// As contracts have it.
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// The fields that an array is: its elements, which in a union lie behind each other, too.
        List<Value> array(String name, List<Value> elements) {
            return this == UNION && elements.size() > 1 ? List.of(Value.structure(name, STRUCT.label(), elements))
                    : elements;
        }

        /// The value of its fields.
        ///
        /// @param types of the fields, as contracts have them
        Value of(String name, List<String> types, List<Value> fields) {
            String type = "%s(%s)".formatted(label(), String.join(",", types));
            return switch (this) {
                case STRUCT -> Value.structure(name, type, fields);
                case PACKED -> Value.packed(name, type, fields);
                case UNION -> Value.union(name, type, fields);
            };
        }
    }

    private static final Pattern FIELDS = Pattern.compile("(struct|packed|union)\\((.*)\\)", Pattern.DOTALL);
    private static final Pattern ARRAY = Pattern.compile("(\\w+):(\\w+)\\[(\\d{1,3})]");

    private ValueText() {
    }

    /// Whether a type is of values that are more than one number.
    static boolean isMany(String type) {
        return Arrays.stream(Compound.values()).anyMatch(it -> it.label().equals(type)) || TypeNames.isWide(type);
    }

    /// What is passed, or returned.
    ///
    /// @throws IllegalArgumentException when it is no value
    static Value value(String name, String type) {
        Matcher structure = FIELDS.matcher(type);
        if (structure.matches()) {
            return compound(name, Compound.valueOf(structure.group(1).toUpperCase(Locale.ROOT)), structure.group(2));
        }
        require(type.matches("\\w+"), "no such type: %s", type);
        return TypeNames.value(name, type);
    }

    private static Value compound(String name, Compound compound, String text) {
        List<String> types = new ArrayList<>();
        List<Value> fields = new ArrayList<>();
        for (String field : split(text, false)) {
            String named = field.matches("\\w+:.*") ? field : "f" + types.size() + ":" + field;
            types.add(field);
            Matcher array = ARRAY.matcher(named);
            if (array.matches() && !TypeNames.scalar(array.group(2)).isPointer()) {
                fields.addAll(compound.array(name, IntStream.range(0, Integer.parseInt(array.group(3)))
                        .mapToObj(n -> inside(name, "%s%d:%s".formatted(array.group(1), n, array.group(2)))).toList()));
            } else {
                fields.add(inside(name, named));
            }
        }
        require(!fields.isEmpty(), "%s:%s() has no fields", name, compound.label());
        require(compound == Compound.STRUCT || fields.stream().noneMatch(ValueText::hasFunction),
                "%s has a pointer to a function; it is u64 there", name);
        return compound.of(name, types, fields);
    }

    /// Whether a pointer to a function is in it.
    static boolean hasFunction(Value value) {
        return value.members().stream().anyMatch(member -> member.argument().callee().isPresent());
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
