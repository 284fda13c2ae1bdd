package dev.trampette.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/// The registers of an entry of a table, read and checked.
///
/// @param family of the table
record LeafRegisters(Family family) {

    private static final Pattern ARGUMENT_NAME =
            Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*(\\[(0|[1-9]\\d?)])?");
    private static final Pattern BRACKETS = Pattern.compile("[\\[\\]]");

    /// What goes in.
    List<Leaf.Input> inputs(Map<String, Yaml> members) {
        List<Leaf.Input> inputs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (members.containsKey("in")) {
            members.get("in").members().forEach((register, node) -> {
                Map<String, Yaml> keys = node.members("name", "value", "type", "text");
                boolean constant = keys.containsKey("value");
                if (constant && (keys.containsKey("name") || keys.containsKey("type"))) {
                    throw node.error("a value is a constant: it has no name and no type");
                }
                String name = constant ? "" : argumentName(node, node.required(keys, "name").name(), names);
                if (family == Family.TDVMCALL && register.equals("r11")) {
                    throw node.error("r11 is the number of the sub-function: it can be an output only");
                }
                inputs.add(new Leaf.Input(register(node, register), name, type(keys),
                        constant ? OptionalLong.of(keys.get("value").number()) : OptionalLong.empty(),
                        Yaml.text(keys, "text")));
            });
            inputs.stream().filter(input -> input.element() >= 0 && input.type() != Argument.Type.U64).findFirst()
                    .ifPresent(input -> {
                        throw members.get("in").error("an element of an array is u64: " + input.name());
                    });
            arraysAreWhole(members.get("in"), names);
        }
        return List.copyOf(inputs);
    }

    /// What comes back.
    List<Leaf.Output> outputs(Map<String, Yaml> members) {
        List<Leaf.Output> outputs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (members.containsKey("out")) {
            members.get("out").members().forEach((register, node) -> {
                Map<String, Yaml> keys = node.members("name", "kept", "text");
                outputs.add(new Leaf.Output(register(node, register),
                        argumentName(node, node.required(keys, "name").name(), names), Yaml.flag(keys, "kept", false),
                        Yaml.text(keys, "text")));
            });
            arraysAreWhole(members.get("out"), names);
        }
        return List.copyOf(outputs);
    }

    private Gpr register(Yaml node, String name) {
        Gpr register = Gpr.whole(name).orElseThrow(() -> node.error("unknown register " + name));
        boolean taken = switch (register) {
            case RAX, RSP, RBP -> true;
            case RCX, R10 -> family == Family.TDVMCALL;
            default -> false;
        };
        if (taken) {
            throw node.error(name + " cannot carry an argument or a result of family " + family.label());
        }
        return register;
    }

    private static String argumentName(Yaml node, String name, Set<String> names) {
        String java = inJava(name);
        if (!ARGUMENT_NAME.matcher(name).matches() || Name.isNoComponent(java)) {
            throw node.error("not a name of an argument: " + name);
        }
        boolean sameInJava = names.stream().anyMatch(other -> !other.equals(name)
                && inJava(other).equals(java));
        if (sameInJava || !names.add(name)) {
            throw node.error("the name " + name + " is used twice");
        }
        return name;
    }

    private static String inJava(String name) {
        return Name.camel(BRACKETS.matcher(name).replaceAll(""));
    }

    /// Elements count from 0 without a gap, and nothing else has the array's name.
    private static void arraysAreWhole(Yaml node, Set<String> names) {
        for (String name : names) {
            int bracket = name.indexOf('[');
            if (bracket > 0) {
                String array = name.substring(0, bracket);
                int element = Integer.parseInt(name, bracket + 1, name.length() - 1, 10);
                if (names.contains(array) || element > 0 && !names.contains("%s[%d]".formatted(array, element - 1))) {
                    throw node.error("the array of %s is not whole: from [0], without a gap".formatted(name));
                }
            }
        }
    }

    private static Argument.Type type(Map<String, Yaml> keys) {
        if (!keys.containsKey("type")) {
            return Argument.Type.U64;
        }
        return switch (keys.get("type").text()) {
            case "bool" -> Argument.Type.BOOL;
            case "u32" -> Argument.Type.U32;
            case "u64" -> Argument.Type.U64;
            default -> throw keys.get("type").error("unknown type %s, known: bool u32 u64"
                    .formatted(keys.get("type").text()));
        };
    }
}
