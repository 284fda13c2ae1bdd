package dev.trampette.cost;

import java.util.Locale;

/// How calls follow each other in the loop.
public enum Mode {

    /// As fast as the processor takes them: calls overlap.
    THROUGHPUT,
    /// Each call waits for the result of the one before.
    LATENCY;

    /// The name in tables and in JSON: `latency`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return label();
    }
}
