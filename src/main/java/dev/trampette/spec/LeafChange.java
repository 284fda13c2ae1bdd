package dev.trampette.spec;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What is different between two entries of one leaf.
///
/// @param before the earlier entry, or empty when the leaf is new
/// @param after the later one, or empty when the leaf is gone
/// @param calls differences of the call, each a line: a wrapper of the one is wrong for the other
/// @param words differences of all else, each a line: names, statuses, what was checked
public record LeafChange(Optional<Leaf> before, Optional<Leaf> after, List<String> calls, List<String> words) {

    /// {@return the leaves that differ between two tables: those of the later one in its order, then those that are
    /// gone}
    ///
    /// @param before the earlier table
    /// @param after the later one; its leaves are known by name and variant
    public static List<LeafChange> between(LeafTable before, LeafTable after) {
        Map<String, Leaf> left = new LinkedHashMap<>();
        before.leaves().forEach(leaf -> left.put(leaf.title(), leaf));
        List<LeafChange> changes = new ArrayList<>();
        for (Leaf leaf : after.leaves()) {
            changes.add(of(Optional.ofNullable(left.remove(leaf.title())), Optional.of(leaf)));
        }
        left.values().forEach(leaf -> changes.add(of(Optional.of(leaf), Optional.empty())));
        return changes.stream().filter(change -> !change.isNone()).toList();
    }

    /// {@return what is different between two entries of one leaf; at least one of them is there}
    ///
    /// @param before the earlier entry, or empty when the leaf is new
    /// @param after the later one, or empty when the leaf is gone
    public static LeafChange of(Optional<Leaf> before, Optional<Leaf> after) {
        List<String> calls = new ArrayList<>();
        List<String> words = new ArrayList<>();
        if (before.isPresent() && after.isPresent()) {
            compare(before.get(), after.get(), calls, words);
        }
        return new LeafChange(before, after, calls, words);
    }

    /// {@return the leaf's name and variant}
    public String title() {
        return after.or(() -> before).orElseThrow().title();
    }

    /// {@return whether a wrapper of the earlier entry is wrong for the later table, or calls a leaf that is gone}
    public boolean breaksWrappers() {
        return after.isEmpty() || !calls.isEmpty();
    }

    private boolean isNone() {
        return before.isPresent() && after.isPresent() && calls.isEmpty() && words.isEmpty();
    }

    private static void compare(Leaf before, Leaf after, List<String> calls, List<String> words) {
        differ("number", "0x%x".formatted(before.number()), "0x%x".formatted(after.number()), calls);
        differ("wrappers", wrapped(before), wrapped(after), before.unwrapped().isEmpty() ? calls : words);
        EnumSet.allOf(Gpr.class).forEach(register -> {
            inputs(register, before.input(register), after.input(register), calls, words);
            outputs(register, before.output(register), after.output(register), calls, words);
        });
        if (before.family() == Family.TDVMCALL) {
            differ("mask", "0x%x".formatted(before.mask()), "0x%x".formatted(after.mask()), calls);
        }
        differ("stored", before.stored().label(), after.stored().label(), calls);
        differ("scrub", "" + before.scrub(), "" + after.scrub(), calls);
        differ("returns", "" + before.returns(), "" + after.returns(), words);
        differ("count", before.count().orElse("none"), after.count().orElse("none"), words);
        differ("verified", before.evidence().toString(), after.evidence().toString(), words);
        only("status %s is new", after.statuses(), before.statuses(), words);
        only("status %s is gone", before.statuses(), after.statuses(), words);
        only("note: %s", after.notes(), before.notes(), words);
    }

    private static String wrapped(Leaf leaf) {
        return leaf.unwrapped().isPresent() ? "none" : "there";
    }

    private static void inputs(Gpr register, Optional<Leaf.Input> before, Optional<Leaf.Input> after,
            List<String> calls, List<String> words) {
        String where = "in " + register;
        appears(where, before.map(LeafChange::name), after.map(LeafChange::name), calls);
        if (before.isPresent() && after.isPresent()) {
            boolean sameValue = before.get().value().equals(after.get().value())
                    && before.get().type() == after.get().type();
            differ(where, name(before.get()), name(after.get()), sameValue ? words : calls);
            differ(where + " means", before.get().text(), after.get().text(), words);
        }
    }

    private static String name(Leaf.Input input) {
        OptionalLong value = input.value();
        return value.isPresent() ? input.source().toString() : input.name() + (input.type() == Argument.Type.U64 ? ""
                : ":" + input.type().label());
    }

    private static void outputs(Gpr register, Optional<Leaf.Output> before, Optional<Leaf.Output> after,
            List<String> calls, List<String> words) {
        String where = "out " + register;
        appears(where, before.map(Leaf.Output::name), after.map(Leaf.Output::name), calls);
        if (before.isPresent() && after.isPresent()) {
            differ(where, before.get().name(), after.get().name(), words);
            differ(where + " kept", "" + before.get().kept(), "" + after.get().kept(), words);
            differ(where + " means", before.get().text(), after.get().text(), words);
        }
    }

    private static void appears(String where, Optional<String> before, Optional<String> after, List<String> to) {
        if (before.isPresent() != after.isPresent()) {
            to.add("%s %s is %s".formatted(where, after.or(() -> before).get(), after.isPresent() ? "new" : "gone"));
        }
    }

    private static void differ(String what, String before, String after, List<String> to) {
        if (!before.equals(after)) {
            to.add("%s: %s, was %s".formatted(what, after.isEmpty() ? "nothing" : after,
                    before.isEmpty() ? "nothing" : before));
        }
    }

    private static void only(String format, List<String> these, List<String> others, List<String> to) {
        Set<String> known = Set.copyOf(others);
        these.stream().filter(one -> !known.contains(one)).map(format::formatted).forEach(to::add);
    }
}
