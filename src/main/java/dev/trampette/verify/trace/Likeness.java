package dev.trampette.verify.trace;

import dev.trampette.verify.trace.Profile.Kind;
import dev.trampette.verify.trace.Profile.Scene;
import dev.trampette.verify.trace.Profile.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Whether two routines do the same in the same cases.
///
/// @param cases how many calls of each were laid beside each other
/// @param outcomes those that both have, in the order of the first
/// @param onlyFirst outcomes that the other routine has not
/// @param onlySecond the reverse
/// @param differences in the order in which they were found, each place once
public record Likeness(int cases, List<String> outcomes, List<String> onlyFirst, List<String> onlySecond,
        List<Difference> differences) {

    /// Something that is not the same.
    ///
    /// @param place a register or a word of memory, what is reached, or the end
    /// @param outcomes in which it was found
    /// @param number of the first case in which it was
    /// @param first what the first routine had there
    /// @param second what the other had
    public record Difference(String place, List<String> outcomes, int number, Side first, Side second) {
    }

    /// What one of them had.
    ///
    /// @param value what was there
    /// @param origin where it is from, or an empty text
    public record Side(String value, String origin) {

        static Side of(Optional<Seen> seen, Kind kind) {
            return seen.map(it -> new Side(it.value(), it.origin())).orElseGet(() ->
                    new Side(kind == Kind.STORED ? "not written" : "nothing", ""));
        }

        @Override
        public String toString() {
            return origin.isEmpty() ? value : "%s (%s)".formatted(value, origin);
        }
    }

    private record Key(String outcome, int number) {
    }

    /// Look whether the answer of the instruction matters.
    ///
    /// @param difference one of these
    /// @return whether it is there whatever the instruction answers; false when there is one outcome only
    public boolean isAlways(Difference difference) {
        return outcomes.size() > 1 && difference.outcomes().containsAll(outcomes);
    }

    /// {@return whether nothing differs}
    public boolean isSame() {
        return differences.isEmpty();
    }

    /// Lay two profiles beside each other.
    ///
    /// @param first that of the routine whose names count
    /// @param second that of the other, made with the same seed
    /// @return what differs; a case that only one of them has is left out
    public static Likeness of(Profile first, Profile second) {
        Map<Key, Scene> theirs = second.scenes().stream().collect(Collectors.toMap(scene ->
                new Key(scene.outcome(), scene.number()), Function.identity(), (one, _) -> one));
        Set<String> ours = outcomes(first);
        Set<String> others = outcomes(second);
        List<Difference> differences = new ArrayList<>();
        int cases = 0;
        for (Scene scene : first.scenes()) {
            Scene other = theirs.get(new Key(scene.outcome(), scene.number()));
            if (other != null) {
                cases++;
                differences(scene, other).forEach(found -> add(differences, found));
            }
        }
        List<String> common = ours.stream().filter(others::contains).toList();
        if (common.isEmpty()) {
            differences.add(new Difference("what can come of it", List.of(), 0,
                    new Side(String.join(", ", ours), ""), new Side(String.join(", ", others), "")));
        }
        return new Likeness(cases, common, ours.stream().filter(name -> !others.contains(name)).toList(),
                others.stream().filter(name -> !ours.contains(name)).toList(), differences);
    }

    private static Set<String> outcomes(Profile profile) {
        return profile.scenes().stream().map(Scene::outcome).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void add(List<Difference> differences, Difference found) {
        for (int n = 0; n < differences.size(); n++) {
            Difference known = differences.get(n);
            if (known.place().equals(found.place())) {
                differences.set(n, new Difference(known.place(), Stream.concat(known.outcomes().stream(),
                        found.outcomes().stream()).distinct().toList(), known.number(), known.first(),
                        known.second()));
                return;
            }
        }
        differences.add(found);
    }

    /// Those in one call, as far as they do not follow from another: behind an instruction that was not executed, or
    /// another end, all is different.
    private static List<Difference> differences(Scene first, Scene second) {
        Map<String, Seen> ours = places(first);
        Map<String, Seen> theirs = places(second);
        List<Difference> differences = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (String place : Stream.concat(ours.values().stream(), theirs.values().stream())
                    .filter(seen -> seen.kind() == kind).map(Seen::place).distinct().toList()) {
                Seen one = ours.get(place);
                Seen other = theirs.get(place);
                if (isDifferent(kind, one, other)) {
                    differences.add(new Difference(place, List.of(first.outcome()), first.number(),
                            Side.of(Optional.ofNullable(one), kind), Side.of(Optional.ofNullable(other), kind)));
                    if (kind == Kind.ENDS || kind == Kind.REACHES && (one == null || other == null)) {
                        return differences;
                    }
                }
            }
        }
        return differences;
    }

    private static Map<String, Seen> places(Scene scene) {
        Map<String, Seen> places = new LinkedHashMap<>();
        scene.seen().forEach(seen -> places.putIfAbsent(seen.place(), seen));
        return places;
    }

    /// What neither contract names does not count; what comes back counts when both say that it does; what did not
    /// happen, or was not written, is a difference from what did.
    private static boolean isDifferent(Kind kind, Seen first, Seen second) {
        if (first == null || second == null) {
            Seen there = first == null ? second : first;
            return kind != Kind.RETURNED && kind != Kind.EXPOSED && there.isNamed();
        }
        return (first.isNamed() || second.isNamed()) && !first.value().equals(second.value());
    }
}
