package dev.trampette.verify.trial;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Origins;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The variables outside of an object: random values before each call, the same in both calls of a case. A routine may
/// write to them, and what it writes depends on declared values only.
final class Variables {

    /// Values that select a way through the code.
    private static final int MEANINGS = 4;

    private final Map<String, MemorySegment> places = new TreeMap<>();
    private final Map<String, long[]> values = new LinkedHashMap<>();
    private final Function<String, OptionalLong> functions;

    /// @param places where they are
    /// @param functions the address in those that point to a function
    Variables(Map<String, MemorySegment> places, Function<String, OptionalLong> functions) {
        this.places.putAll(places);
        this.functions = functions;
        this.places.forEach((name, place) -> values.put(name, new long[(int) place.byteSize() / Long.BYTES]));
    }

    /// New values: of each variable any, or 0, or 1 in all words.
    void renew(Draws random) {
        deal(_ -> random);
    }

    /// The same, with random numbers for each name.
    void deal(Dealer generators) {
        values.forEach((name, words) -> {
            RandomGenerator random = generators.of(name);
            OptionalLong function = functions.apply(name);
            int meaning = random.nextInt(MEANINGS);
            for (int n = 0; n < words.length; n++) {
                words[n] = function.isPresent() ? function.getAsLong() : meaning < 2 ? meaning : random.nextLong();
            }
        });
    }

    /// Fill them as they were before the call.
    void restore() {
        values.forEach((name, words) ->
                MemorySegment.copy(words, 0, places.get(name), JAVA_LONG_UNALIGNED, 0, words.length));
    }

    /// What was written.
    void observe(Observation seen) {
        values.forEach((name, words) -> {
            for (int n = 0; n < words.length; n++) {
                long now = places.get(name).get(JAVA_LONG_UNALIGNED, n * 8L);
                if (now != words[n]) {
                    seen.putOutput("%s[%d]".formatted(name, n), words[n], now);
                }
            }
        });
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        values.forEach((name, words) -> {
            for (int n = 0; n < words.length; n++) {
                origins.add("%s[%d]".formatted(name, n), words[n]);
            }
        });
    }
}
