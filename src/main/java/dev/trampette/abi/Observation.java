package dev.trampette.abi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/// What the declared values of one call were, by place: inputs at the instruction, results, outputs. It depends on the
/// declared arguments only; two calls that differ in anything else give the same one.
final class Observation {

    /// A value, and what was there before the call.
    private record Seen(long value, long before) {

        /// The same value; or, byte by byte, one that nobody wrote in either call.
        boolean isAs(Seen other) {
            long differs = value ^ other.value;
            long written = value ^ before | other.value ^ other.before;
            for (int bits = 0; bits < Long.SIZE; bits += Byte.SIZE) {
                if ((differs >>> bits & 0xff) != 0 && (written >>> bits & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Map<String, Seen> values = new LinkedHashMap<>();
    private boolean isEnd;

    void put(String where, long value) {
        values.put(where, new Seen(value, ~value));
    }

    /// A word of memory that may be written, whole, in part or not at all.
    void putOutput(String where, long before, long value) {
        values.put(where, new Seen(value, before));
    }

    /// The call ended in a function that does not return.
    void end(String function) {
        put("ended in " + function, 1);
        isEnd = true;
    }

    /// See [#end].
    boolean isEnd() {
        return isEnd;
    }

    /// Whether the call did not come so far that anything was seen.
    boolean isEmpty() {
        return values.isEmpty();
    }

    /// The first place in which another one differs.
    Optional<String> difference(Observation other) {
        for (Map.Entry<String, Seen> seen : values.entrySet()) {
            if (!isSame(seen.getValue(), other.values.get(seen.getKey()))) {
                return Optional.of(seen.getKey());
            }
        }
        return other.values.keySet().stream().filter(where -> !values.containsKey(where)).findFirst();
    }

    /// A place in which another observation has another value, of those that are here.
    @FunctionalInterface
    interface Difference {
        void at(String where, long here, long there);
    }

    /// All of them that the other one has, too.
    void differences(Observation other, Difference each) {
        values.forEach((where, seen) -> {
            Seen there = other.values.get(where);
            if (there != null && !isSame(seen, there)) {
                each.at(where, seen.value, there.value);
            }
        });
    }

    private static boolean isSame(Seen one, Seen other) {
        return Objects.equals(one, other) || one != null && other != null && one.isAs(other);
    }

    /// All values by their places, in the order in which they were seen.
    void forEach(BiConsumer<String, Long> each) {
        values.forEach((where, seen) -> each.accept(where, seen.value));
    }

    /// The value at a place; empty when the call did not come so far.
    OptionalLong get(String where) {
        return values.containsKey(where) ? OptionalLong.of(values.get(where).value) : OptionalLong.empty();
    }
}
