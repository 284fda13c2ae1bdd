package dev.trampette.report;

import java.util.Locale;

/// How a command prints its result.
public enum Format {
    TEXT, MARKDOWN, JSON;

    /// The name as an option value.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
