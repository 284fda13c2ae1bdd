package dev.trampette.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// A table of leaves. Its format is described in `LEAVES.md` beside the shipped tables.
///
/// @param family what kind of calls these are
/// @param sources where the facts are from, by their short names
/// @param leaves the entries, in the order of the table
public record LeafTable(Family family, Map<String, String> sources, List<Leaf> leaves) {

    private static final String[] TABLE_KEYS = {"family", "sources", "leaves"};
    private static final String[] LEAF_KEYS = {"name", "variant", "number", "version", "mask", "verified", "unwrapped",
        "stored", "returns", "scrub", "source", "in", "out", "status", "notes"};
    private static final String LEAF_NAME = "[A-Za-z][A-Za-z0-9]*(\\.[A-Za-z][A-Za-z0-9]*)*";
    private static final String VARIANT = "[A-Za-z0-9]+( [A-Za-z0-9]+)*";
    private static final String ARGUMENT_NAME = "[a-z][a-z0-9]*(_[a-z0-9]+)*(\\[(0|[1-9]\\d?)])?";

    /// Read a table.
    ///
    /// @param file how to call it in messages
    /// @throws TableException at the first entry that is wrong
    public static LeafTable read(String file, String text) {
        return read(Yaml.parse(file, text));
    }

    /// The table of a family that comes with this library; or its replacement in the directory that the system
    /// property `dev.trampette.tables` names.
    ///
    /// @throws TableException when a replacement is wrong
    public static LeafTable of(Family family) {
        return read(Yaml.shipped(family.label() + ".yaml"));
    }

    /// All leaves that come with this library.
    ///
    /// @throws TableException when a replacement is wrong
    public static List<Leaf> all() {
        return Arrays.stream(Family.values()).flatMap(family -> of(family).leaves.stream()).toList();
    }

    /// The leaves that have wrappers.
    public Stream<Leaf> wrapped() {
        return leaves.stream().filter(leaf -> leaf.unwrapped().isEmpty());
    }

    private static LeafTable read(Yaml table) {
        Map<String, Yaml> members = table.members(TABLE_KEYS);
        Yaml label = table.required(members, "family");
        Family family = Arrays.stream(Family.values()).filter(f -> f.label().equals(label.text())).findFirst()
                .orElseThrow(() -> label.error("no such family: " + label.text()));
        Map<String, String> sources = new LinkedHashMap<>();
        if (members.containsKey("sources")) {
            members.get("sources").members().forEach((name, source) -> sources.put(name, source.text()));
        }
        List<Leaf> leaves = new ArrayList<>();
        for (Yaml entry : table.required(members, "leaves").items()) {
            Leaf leaf = leaf(family, entry, sources);
            leaves.forEach(other -> distinct(entry, leaf, other));
            leaves.add(leaf);
        }
        return new LeafTable(family, sources, List.copyOf(leaves));
    }

    private static Leaf leaf(Family family, Yaml entry, Map<String, String> sources) {
        Map<String, Yaml> members = entry.members(LEAF_KEYS);
        Optional<String> unwrapped = Optional.ofNullable(members.get("unwrapped")).map(Yaml::name);
        List<Leaf.Output> outputs = outputs(family, members);
        Leaf leaf = new Leaf(
                family,
                entry.required(members, "name").name(),
                members.containsKey("variant") ? matching(members.get("variant"), VARIANT, "a variant") : "",
                number(family, entry, members),
                flag(members, "verified", true),
                unwrapped,
                inputs(family, members),
                outputs,
                stored(family, members, outputs),
                flag(members, "returns", true),
                scrub(family, members),
                statuses(family, members),
                texts(members, "notes"),
                texts(members, "source").stream().map(source -> source(members.get("source"), source, sources))
                        .toList(),
                entry.line());
        checkName(members.get("name"), leaf);
        leaf.outputs().stream().filter(output -> output.kept() && leaf.input(output.register()).isEmpty()).findFirst()
                .ifPresent(output -> {
                    throw members.get("out").error(output.register() + " is no input, so there is nothing to keep");
                });
        if (members.containsKey("mask")) {
            checkMask(members.get("mask"), leaf);
        }
        if (leaf.arguments().size() > Argument.MOST) {
            throw entry.error("%s takes %d arguments, most: %d; make some an array: name[0], name[1]"
                    .formatted(leaf.title(), leaf.arguments().size(), Argument.MOST));
        }
        return leaf;
    }

    /// The specification's name, and what it becomes.
    private static void checkName(Yaml node, Leaf leaf) {
        boolean othersPrefix = Arrays.stream(Family.values()).anyMatch(family -> family != leaf.family()
                && !family.prefix().isEmpty() && leaf.name().startsWith(family.prefix()));
        if (!leaf.name().startsWith(leaf.family().prefix()) || othersPrefix || !leaf.name().matches(LEAF_NAME)
                || leaf.name().length() == leaf.family().prefix().length() || Name.words(leaf.name()).isEmpty()) {
            throw node.error("not the name of a leaf of family %s: %s".formatted(leaf.family().label(), leaf.name()));
        }
        if (Name.isNoMethod(leaf.methodName())) {
            throw node.error("the name %s becomes %s, which is taken".formatted(leaf.title(), leaf.methodName()));
        }
    }

    /// What a VMM leaves never stays.
    private static boolean scrub(Family family, Map<String, Yaml> members) {
        if (family == Family.TDVMCALL && members.containsKey("scrub")) {
            throw members.get("scrub").error("what a VMM leaves is always scrubbed");
        }
        return flag(members, "scrub", family == Family.TDVMCALL);
    }

    private static String matching(Yaml node, String pattern, String what) {
        if (!node.text().matches(pattern)) {
            throw node.error("not %s: %s".formatted(what, node.text()));
        }
        return node.text();
    }

    /// R11, or leaf in bits 15:0 and version in bits 23:16 of RAX.
    private static long number(Family family, Yaml entry, Map<String, Yaml> members) {
        Yaml node = entry.required(members, "number");
        long number = node.number();
        long version = members.containsKey("version") ? members.get("version").number() : 0;
        if (family == Family.TDVMCALL) {
            if (version != 0) {
                throw members.get("version").error("a sub-function of TDG.VP.VMCALL has no version");
            }
        } else if (number >>> 16 != 0) {
            throw node.error("a leaf is in bits 15:0 of RAX: 0x%x".formatted(number));
        } else if (version >>> 8 != 0) {
            throw members.get("version").error("a version is in bits 23:16 of RAX: " + version);
        }
        return number | version << 16;
    }

    private static List<Leaf.Input> inputs(Family family, Map<String, Yaml> members) {
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
                inputs.add(new Leaf.Input(register(family, node, register), name, type(keys),
                        constant ? OptionalLong.of(keys.get("value").number()) : OptionalLong.empty(), text(keys)));
            });
            inputs.stream().filter(input -> input.element() >= 0 && input.type() != Argument.Type.U64).findFirst()
                    .ifPresent(input -> {
                        throw members.get("in").error("an element of an array is u64: " + input.name());
                    });
            arraysAreWhole(members.get("in"), names);
        }
        return List.copyOf(inputs);
    }

    private static List<Leaf.Output> outputs(Family family, Map<String, Yaml> members) {
        List<Leaf.Output> outputs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        if (members.containsKey("out")) {
            members.get("out").members().forEach((register, node) -> {
                Map<String, Yaml> keys = node.members("name", "kept", "text");
                outputs.add(new Leaf.Output(register(family, node, register),
                        argumentName(node, node.required(keys, "name").name(), names), flag(keys, "kept", false),
                        text(keys)));
            });
            arraysAreWhole(members.get("out"), names);
        }
        return List.copyOf(outputs);
    }

    private static Gpr register(Family family, Yaml node, String name) {
        Gpr register = Arrays.stream(Gpr.values()).filter(gpr -> gpr.toString().equals(name)).findFirst()
                .orElseThrow(() -> node.error("unknown register " + name));
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
        String java = Name.camel(name.replaceAll("[\\[\\]]", ""));
        if (!name.matches(ARGUMENT_NAME) || Name.isNoComponent(java)) {
            throw node.error("not a name of an argument: " + name);
        }
        boolean sameInJava = names.stream().anyMatch(other -> !other.equals(name)
                && Name.camel(other.replaceAll("[\\[\\]]", "")).equals(java));
        if (sameInJava || !names.add(name)) {
            throw node.error("the name " + name + " is used twice");
        }
        return name;
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

    /// What a VMM answers has a meaning on success; the TDX module defines its outputs on every status.
    private static Stored stored(Family family, Map<String, Yaml> members, List<Leaf.Output> outputs) {
        Yaml node = members.get("stored");
        if (outputs.isEmpty()) {
            if (node != null) {
                throw node.error("stored, but there is no output");
            }
            return Stored.NEVER;
        }
        if (node == null) {
            return family == Family.TDVMCALL ? Stored.SUCCESS : Stored.ALWAYS;
        }
        return Arrays.stream(Stored.values()).filter(stored -> stored != Stored.NEVER)
                .filter(stored -> stored.label().equals(node.text())).findFirst()
                .orElseThrow(() -> node.error("not when outputs are stored: " + node.text()));
    }

    private static void checkMask(Yaml node, Leaf leaf) {
        if (leaf.family() != Family.TDVMCALL) {
            throw node.error("a mask belongs to TDG.VP.VMCALL");
        }
        long mask = node.number();
        leaf.inputs().forEach(input -> inside(node, mask, "input", input.register()));
        leaf.outputs().forEach(output -> inside(node, mask, "output", output.register()));
        if (mask != leaf.mask()) {
            throw node.error("the mask 0x%x is not the registers of the leaf with R10 and R11, 0x%x"
                    .formatted(mask, leaf.mask()));
        }
    }

    private static void inside(Yaml node, long mask, String what, Gpr register) {
        if ((mask & register.maskBit()) == 0) {
            throw node.error("%s %s is outside the mask 0x%x".formatted(what, register, mask));
        }
    }

    /// Two entries differ in their names, and in their numbers or in a constant of the same register.
    private static void distinct(Yaml entry, Leaf leaf, Leaf other) {
        if (leaf.symbol().equals(other.symbol())) {
            throw entry.error("the name %s is the one of line %d; give one a variant"
                    .formatted(leaf.title(), other.line()));
        }
        boolean sameCall = leaf.number() == other.number() && leaf.inputs().stream()
                .filter(input -> input.value().isPresent())
                .noneMatch(input -> other.input(input.register()).map(Leaf.Input::value).filter(OptionalLong::isPresent)
                        .filter(value -> value.getAsLong() != input.value().getAsLong()).isPresent());
        if (sameCall) {
            throw entry.error("the number 0x%x of %s is the one of %s, line %d".formatted(leaf.number(), leaf.title(),
                    other.title(), other.line()));
        }
    }

    private static List<String> statuses(Family family, Map<String, Yaml> members) {
        List<String> statuses = texts(members, "status");
        if (!statuses.isEmpty()) {
            CodeTable known = family == Family.TDVMCALL ? CodeTable.ghciStatuses() : CodeTable.completionStatuses();
            statuses.stream().filter(status -> known.find(status).isEmpty()).findFirst().ifPresent(status -> {
                throw members.get("status").error("unknown status " + status);
            });
        }
        return statuses;
    }

    private static String source(Yaml node, String name, Map<String, String> sources) {
        if (!sources.containsKey(name)) {
            throw node.error("unknown source " + name);
        }
        return sources.get(name);
    }

    private static boolean flag(Map<String, Yaml> members, String key, boolean otherwise) {
        return members.containsKey(key) ? members.get(key).flag() : otherwise;
    }

    private static String text(Map<String, Yaml> keys) {
        return keys.containsKey("text") ? keys.get("text").text() : "";
    }

    private static List<String> texts(Map<String, Yaml> members, String key) {
        return members.containsKey(key) ? members.get(key).items().stream().map(Yaml::text).toList() : List.of();
    }
}
