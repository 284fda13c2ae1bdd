package dev.trampette.cost;

import java.util.Locale;

/// What a host was like while a group was measured, as the reference at both its ends tells.
public enum State {

    /// The reference took what it takes on an idle core: the group makes the figures.
    QUIET,
    /// A neighbour was on the same core, or its speed was another: a result of its own.
    BUSY,
    /// The reference came out one way before and another way after.
    MIXED;

    /// The name in tables and in JSON: `quiet`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
