package dev.trampette.generate;

import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.Stored;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What the typed call of a leaf looks like: types and names that its declaration and its implementation share.
record TypedLeaf(Leaf leaf) {

    private static final int MOST_ON_A_LINE = 4;

    /// The type of the status.
    String status() {
        return status(leaf.family());
    }

    /// The type of the statuses of a family.
    static String status(Family family) {
        return switch (family) {
            case TDVMCALL -> "GhciStatus";
            case TDG, TDH -> "CompletionStatus";
            case SEAMLDR -> "LoaderStatus";
        };
    }

    /// Whether its outputs make a record.
    boolean isRecord() {
        return leaf.stored() != Stored.NEVER && !(leaf.stored() == Stored.SUCCESS && leaf.outputs().size() == 1);
    }

    /// The type of its result.
    String result() {
        return switch (leaf.stored()) {
            case NEVER -> status();
            case SUCCESS -> "Result<%s, %s>".formatted(isRecord() ? leaf.typeName() : "Long", status());
            default -> leaf.typeName();
        };
    }

    /// The inputs that are no constants, in the order of the table.
    List<Leaf.Input> parameters() {
        return leaf.inputs().stream().filter(input -> input.value().isEmpty()).toList();
    }

    /// Types and names of its parameters.
    String declaration() {
        return parameters().stream().map(input -> switch (input.type()) {
            case BOOL -> "boolean ";
            case U32 -> "int ";
            default -> "long ";
        } + name(input.name())).collect(Collectors.joining(parameters().size() > MOST_ON_A_LINE ? ",\n            "
                : ", "));
    }

    /// The component that holds the handle of a leaf. A method without parameters would be taken for its accessor.
    String handle() {
        return leaf.methodName() + "Handle";
    }

    /// The name of a parameter: `field_id` is `fieldId`, `uuid[2]` is `uuid2`.
    static String name(String name) {
        String[] words = name.replaceAll("[\\[\\]]", "").split("_");
        StringBuilder camel = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            camel.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
        }
        return camel.toString();
    }
}
