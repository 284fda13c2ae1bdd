package dev.trampette.verify.trial;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/// What the declared values of one call were, by place: inputs at the instruction, results, outputs. It depends on the
/// declared arguments only; two calls that differ in anything else give the same one.
public final class Observation {

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

    /// Memory that may be written: whole, in part or not at all.
    private record Stored(int unit, byte[] before, byte[] after) {

        /// The first element that differs, when one of the calls has written it.
        public OptionalInt difference(Stored other) {
            int n = Arrays.mismatch(after, other.after);
            while (n >= 0 && n < after.length) {
                if (isOther(other, n)) {
                    return OptionalInt.of(n / unit);
                }
                n++;
            }
            return OptionalInt.empty();
        }

        /// All of them, of as many bytes.
        public List<Integer> differences(Stored other) {
            return IntStream.range(0, after.length).filter(n -> isOther(other, n)).map(n -> n / unit).distinct()
                    .boxed().toList();
        }

        private boolean isOther(Stored other, int n) {
            return n >= other.after.length || after[n] != other.after[n]
                    && (after[n] != before[n] || other.after[n] != other.before[n]);
        }

        public long get(int element) {
            return Buffer.word(after, element * unit, (element + 1) * unit);
        }
    }

    private final Map<String, Seen> values = new LinkedHashMap<>();
    private final Map<String, Stored> memory = new LinkedHashMap<>();
    private boolean isEnd;

    public void put(String where, long value) {
        values.put(where, new Seen(value, ~value));
    }

    /// A word of memory that may be written, whole, in part or not at all.
    public void putOutput(String where, long before, long value) {
        values.put(where, new Seen(value, before));
    }

    /// All the memory of a buffer that may be written.
    ///
    /// @param unit the bytes of an element
    void putMemory(String name, int unit, byte[] before, byte[] after) {
        memory.put(name, new Stored(unit, before, after));
    }

    /// The call ended in a function that does not return.
    public void end(String function) {
        put("ended in " + function, 1);
        isEnd = true;
    }

    /// See [#end].
    public boolean isEnd() {
        return isEnd;
    }

    /// Whether the call did not come so far that anything was seen.
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /// The first place in which another one differs.
    public Optional<String> difference(Observation other) {
        for (Map.Entry<String, Seen> seen : values.entrySet()) {
            if (!isSame(seen.getValue(), other.values.get(seen.getKey()))) {
                return Optional.of(seen.getKey());
            }
        }
        for (Map.Entry<String, Stored> stored : memory.entrySet()) {
            Stored others = other.memory.get(stored.getKey());
            OptionalInt element = others == null ? OptionalInt.empty() : stored.getValue().difference(others);
            if (element.isPresent()) {
                return Optional.of("%s[%d]".formatted(stored.getKey(), element.getAsInt()));
            }
        }
        return other.values.keySet().stream().filter(where -> !values.containsKey(where)).findFirst();
    }

    /// A place in which another observation has another value, of those that are here.
    @FunctionalInterface
    public interface Difference {
        void at(String where, long here, long there);
    }

    /// All of them that the other one has, too.
    public void differences(Observation other, Difference each) {
        values.forEach((where, seen) -> {
            Seen there = other.values.get(where);
            if (there != null && !isSame(seen, there)) {
                each.at(where, seen.value, there.value);
            }
        });
        memory.forEach((name, stored) -> {
            Stored there = other.memory.get(name);
            if (there != null && stored.after.length == there.after.length) {
                stored.differences(there).forEach(n -> each.at("%s[%d]".formatted(name, n),
                        stored.get(n), there.get(n)));
            }
        });
    }

    private static boolean isSame(Seen one, Seen other) {
        return Objects.equals(one, other) || one != null && other != null && one.isAs(other);
    }

    /// All values by their places, in the order in which they were seen.
    public void forEach(BiConsumer<String, Long> each) {
        values.forEach((where, seen) -> each.accept(where, seen.value));
    }

    /// The value at a place; empty when the call did not come so far.
    public OptionalLong get(String where) {
        if (values.containsKey(where)) {
            return OptionalLong.of(values.get(where).value);
        }
        int bracket = where.indexOf('[');
        Stored stored = bracket < 0 ? null : memory.get(where.substring(0, bracket));
        return stored == null ? OptionalLong.empty()
                : OptionalLong.of(stored.get(Integer.parseInt(where, bracket + 1, where.length() - 1, 10)));
    }
}
