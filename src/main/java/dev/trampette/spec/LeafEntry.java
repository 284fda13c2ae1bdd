package dev.trampette.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One entry of a table of leaves, read and checked. What a leaf may be is in `LEAVES.md`.
///
/// @param family of the table
/// @param entry the node
/// @param sources of the table, by their short names
/// @param known the names of the statuses of the family
record LeafEntry(Family family, Yaml entry, Map<String, String> sources, Set<String> known) {

    private static final String[] LEAF_KEYS = {"name", "variant", "number", "version", "mask", "verified", "unwrapped",
        "stored", "count", "returns", "scrub", "source", "in", "out", "status", "notes"};
    private static final Pattern LEAF_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9]*(\\.[A-Za-z][A-Za-z0-9]*)*");
    /// The C function of a leaf takes all its arguments in registers.
    private static final int MOST_ARGUMENTS = Convention.SYSV.integers().size();
    private static final Pattern VARIANT = Pattern.compile("[A-Za-z0-9]+( [A-Za-z0-9]+)*");

    /// The leaf.
    ///
    /// @throws TableException when something is wrong with it
    Leaf read() {
        Map<String, Yaml> members = entry.members(LEAF_KEYS);
        Optional<String> unwrapped = Optional.ofNullable(members.get("unwrapped")).map(Yaml::name);
        List<Leaf.Output> outputs = new LeafRegisters(family).outputs(members);
        Leaf leaf = new Leaf(
                family,
                entry.required(members, "name").name(),
                members.containsKey("variant") ? matching(members.get("variant"), VARIANT, "a variant") : "",
                number(members),
                Evidence.of(members),
                unwrapped,
                new LeafRegisters(family).inputs(members),
                outputs,
                count(members),
                stored(members, outputs),
                Yaml.flag(members, "returns", true),
                scrub(members),
                statuses(members),
                Yaml.texts(members, "notes"),
                Yaml.texts(members, "source").stream().map(source -> source(members.get("source"), source))
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
        if (leaf.arguments().size() > MOST_ARGUMENTS) {
            throw entry.error("%s takes %d arguments, most: %d; make some an array: name[0], name[1]"
                    .formatted(leaf.title(), leaf.arguments().size(), MOST_ARGUMENTS));
        }
        return leaf;
    }

    /// The specification's name, and what it becomes.
    private static void checkName(Yaml node, Leaf leaf) {
        boolean othersPrefix = Arrays.stream(Family.values()).anyMatch(family -> family != leaf.family()
                && !family.prefix().isEmpty() && leaf.name().startsWith(family.prefix()));
        if (!leaf.name().startsWith(leaf.family().prefix()) || othersPrefix || !LEAF_NAME.matcher(leaf.name()).matches()
                || leaf.name().length() == leaf.family().prefix().length() || Name.words(leaf.name()).isEmpty()) {
            throw node.error("not the name of a leaf of family %s: %s".formatted(leaf.family().label(), leaf.name()));
        }
        if (Name.isNoMethod(leaf.methodName())) {
            throw node.error("the name %s becomes %s, which is taken".formatted(leaf.title(), leaf.methodName()));
        }
    }

    /// What a VMM leaves never stays.
    private boolean scrub(Map<String, Yaml> members) {
        if (family == Family.TDVMCALL && members.containsKey("scrub")) {
            throw members.get("scrub").error("what a VMM leaves is always scrubbed");
        }
        return Yaml.flag(members, "scrub", family == Family.TDVMCALL);
    }

    private static String matching(Yaml node, Pattern pattern, String what) {
        if (!pattern.matcher(node.text()).matches()) {
            throw node.error("not %s: %s".formatted(what, node.text()));
        }
        return node.text();
    }

    /// R11, or leaf in bits 15:0 and version in bits 23:16 of RAX.
    private long number(Map<String, Yaml> members) {
        Yaml node = entry.required(members, "number");
        long number = node.number();
        long version = members.containsKey("version") ? members.get("version").number() : 0;
        if (family == Family.TDVMCALL) {
            if (version != 0) {
                throw members.get("version").error("a sub-function of TDG.VP.VMCALL has no version");
            }
        } else if (family == Family.SEAMLDR) {
            if (version != 0) {
                throw members.get("version").error("a leaf of the P-SEAMLDR has no version");
            } else if (number >= 0) {
                throw node.error("a leaf of the P-SEAMLDR has bit 63 of RAX: 0x%x".formatted(number));
            }
        } else if (number >>> 16 != 0) {
            throw node.error("a leaf is in bits 15:0 of RAX: 0x%x".formatted(number));
        } else if (version >>> 8 != 0) {
            throw members.get("version").error("a version is in bits 23:16 of RAX: " + version);
        }
        return number | version << 16;
    }

    /// What a VMM answers has a meaning on success; the TDX module defines its outputs on every status.
    private Stored stored(Map<String, Yaml> members, List<Leaf.Output> outputs) {
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

    /// A success that counts is no 0, so nothing can be stored by that.
    private Optional<String> count(Map<String, Yaml> members) {
        Yaml node = members.get("count");
        if (node != null && (family == Family.TDVMCALL || family == Family.SEAMLDR)) {
            throw node.error("a success counts in RAX of the TDX module only");
        }
        if (node != null && members.containsKey("stored") && !members.get("stored").text().equals("always")) {
            throw members.get("stored").error("a success that counts is not 0: its outputs are stored always");
        }
        return Optional.ofNullable(node).map(Yaml::name);
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

    private List<String> statuses(Map<String, Yaml> members) {
        List<String> statuses = Yaml.texts(members, "status");
        statuses.stream().filter(status -> !known.contains(status)).findFirst().ifPresent(status -> {
            throw members.get("status").error("unknown status " + status);
        });
        return statuses;
    }

    private String source(Yaml node, String name) {
        if (!sources.containsKey(name)) {
            throw node.error("unknown source " + name);
        }
        return sources.get(name);
    }
}
