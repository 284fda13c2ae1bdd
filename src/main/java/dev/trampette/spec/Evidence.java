package dev.trampette.spec;

import java.util.Map;

/// How many sources an entry of a table was checked against.
public enum Evidence {
    /// Two that do not depend on one another, or one that everybody has to keep, such as a specification.
    CHECKED("yes"),
    /// One: nothing contradicts it, and nothing confirms it.
    ONE_SOURCE("one source"),
    /// None.
    NONE("no");

    private final String label;

    Evidence(String label) {
        this.label = label;
    }

    /// The value of the key `verified`: true, false or one source.
    static Evidence of(Map<String, Yaml> members) {
        if (!members.containsKey("verified")) {
            return CHECKED;
        }
        Yaml node = members.get("verified");
        return switch (node.text()) {
            case "true" -> CHECKED;
            case "one source" -> ONE_SOURCE;
            case "false" -> NONE;
            default -> throw node.error("neither true, false nor one source: " + node.text());
        };
    }

    /// As listings have it: `yes`, `one source` or `no`.
    @Override
    public String toString() {
        return label;
    }
}
