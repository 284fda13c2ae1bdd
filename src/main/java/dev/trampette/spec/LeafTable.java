package dev.trampette.spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A table of leaves. Its format is described in `LEAVES.md` beside the shipped tables.
///
/// @param family what kind of calls these are
/// @param sources where the facts are from, by their short names
/// @param leaves the entries, in the order of the table
public record LeafTable(Family family, Map<String, String> sources, List<Leaf> leaves) {

    private static final String[] TABLE_KEYS = {"family", "sources", "leaves"};

    /// Tables whose wrappers are in no image, for their leaves have the numbers of others: two generations of TDX
    /// Connect.
    public static final List<String> FURTHER = List.of("connect-2.0-tdh", "connect-2.0-tdg", "connect-2026-tdh",
            "connect-2026-tdg");

    /// All tables that come with this library.
    public static final List<String> NAMES = Stream.concat(Arrays.stream(Family.values()).map(Family::label),
            FURTHER.stream()).toList();

    /// The shipped ones, while nothing replaces them: each check of a leaf asks for them.
    private static final Map<Family, LeafTable> SHIPPED = new ConcurrentHashMap<>();

    /// {@return the table in a text: YAML, as LEAVES.md beside the shipped tables describes it}
    ///
    /// @param file how to call it in messages
    /// @param text its content
    /// @throws TableException at the first entry that is wrong
    public static LeafTable read(String file, String text) {
        return read(Yaml.parse(file, text));
    }

    /// {@return the table of a family that comes with this library; or its replacement in the directory that the system
    /// property `dev.trampette.tables` names}
    ///
    /// @param family of the leaves
    /// @throws TableException when a replacement is wrong
    public static LeafTable of(Family family) {
        return System.getProperty(Yaml.DIRECTORY_PROPERTY) == null
                ? SHIPPED.computeIfAbsent(family, LeafTable::readShipped) : readShipped(family);
    }

    private static LeafTable readShipped(Family family) {
        return named(family.label());
    }

    /// {@return a table that comes with this library, or its replacement}
    ///
    /// @param name one of [#NAMES]
    /// @throws TableException when there is none, or it is wrong
    public static LeafTable named(String name) {
        return read(Yaml.shipped(name + ".yaml"));
    }

    /// {@return all leaves that come with this library}
    ///
    /// @throws TableException when a replacement is wrong
    public static List<Leaf> all() {
        return Arrays.stream(Family.values()).flatMap(family -> of(family).leaves.stream()).toList();
    }

    /// {@return the leaves that have wrappers, in the order of the table}
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
        Set<String> statuses = CodeTable.of(family).names();
        List<Leaf> leaves = new ArrayList<>();
        Map<String, Leaf> symbols = new HashMap<>();
        Map<Long, List<Leaf>> numbers = new HashMap<>();
        for (Yaml entry : table.required(members, "leaves").items()) {
            Leaf leaf = new LeafEntry(family, entry, sources, statuses).read();
            Leaf namesake = symbols.put(leaf.symbol(), leaf);
            if (namesake != null) {
                throw entry.error("the name %s is the one of line %d; give one a variant"
                        .formatted(leaf.title(), namesake.line()));
            }
            List<Leaf> others = numbers.computeIfAbsent(leaf.number(), _ -> new ArrayList<>());
            others.forEach(other -> distinct(entry, leaf, other));
            others.add(leaf);
            leaves.add(leaf);
        }
        return new LeafTable(family, sources, List.copyOf(leaves));
    }

    /// Two entries of one number differ in a constant of the same register.
    private static void distinct(Yaml entry, Leaf leaf, Leaf other) {
        boolean sameCall = leaf.inputs().stream()
                .filter(input -> input.value().isPresent())
                .noneMatch(input -> other.input(input.register()).map(Leaf.Input::value).filter(OptionalLong::isPresent)
                        .filter(value -> value.getAsLong() != input.value().getAsLong()).isPresent());
        if (sameCall) {
            throw entry.error("the number 0x%x of %s is the one of %s, line %d".formatted(leaf.number(), leaf.title(),
                    other.title(), other.line()));
        }
    }
}
