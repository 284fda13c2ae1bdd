package dev.trampette.abi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What the declared values of one call were, by place: inputs at the instruction, results, outputs. It depends on the
/// declared arguments only; two calls that differ in anything else give the same one.
record Observation(Map<String, Long> values) {

    Observation() {
        this(new LinkedHashMap<>());
    }

    void put(String where, long value) {
        values.put(where, value);
    }

    /// The first place in which another one differs.
    Optional<String> difference(Observation other) {
        return values.keySet().stream()
                .filter(where -> !Objects.equals(values.get(where), other.values.get(where))).findFirst()
                .or(() -> other.values.keySet().stream().filter(where -> !values.containsKey(where)).findFirst());
    }

    long get(String where) {
        return values.getOrDefault(where, 0L);
    }
}
