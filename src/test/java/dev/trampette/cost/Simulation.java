package dev.trampette.cost;

import java.util.List;

/// Comparisons that were never measured.
public final class Simulation {

    private static final double MARGIN = 0.02;

    private Simulation() {
    }

    /// Of a quiet host.
    public static Comparison fit() {
        return of(SimulatedHost.quiet(1));
    }

    /// Of a host that is hardly ever quiet, and on which equal code differs.
    public static Comparison busy() {
        return of(new SimulatedHost(0.5, 0, 0.2, 0.05, 0.02, 2));
    }

    /// Of no fork at all.
    public static Comparison nothing() {
        return Comparison.of(List.of(SimulatedHost.PANEL), new Run(List.of()), MARGIN);
    }

    private static Comparison of(SimulatedHost host) {
        return Comparison.of(List.of(SimulatedHost.PANEL), host.run(6, 20, 8, SimulatedHost.STRUCT), MARGIN);
    }
}
