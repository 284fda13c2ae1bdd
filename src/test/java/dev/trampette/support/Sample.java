package dev.trampette.support;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A part of what a test could look at, another one with each seed: the suite is run often, and takes minutes. With
/// `-Dtrampette.all=true` it is everything.
public final class Sample {

    private static final boolean IS_ALL = Boolean.getBoolean("trampette.all");

    private Sample() {
    }

    /// One of so many, in the order in which they are.
    public static <T> List<T> oneIn(int many, List<T> all, long seed) {
        List<Integer> numbers = new ArrayList<>();
        for (int n = 0; n < all.size(); n++) {
            numbers.add(n);
        }
        Collections.shuffle(numbers, new Random(seed));
        return numbers.subList(0, of(all.size(), all.size() / many)).stream().sorted().map(all::get).toList();
    }

    /// The same of each kind, and one at least.
    public static <T> List<T> ofEach(Function<T, ?> kind, int many, List<T> all, long seed) {
        Map<Object, List<T>> kinds = all.stream().collect(Collectors.groupingBy(kind, LinkedHashMap::new,
                Collectors.toList()));
        return kinds.values().stream().flatMap(one -> oneIn(many, one, seed).stream()).toList();
    }

    /// A number that is smaller in most runs.
    public static int of(int all, int usually) {
        return IS_ALL ? all : Math.min(all, Math.max(1, usually));
    }
}
