package dev.trampette.benchmarks;

/// How long to measure.
///
/// @param forks how many processes
/// @param milliseconds for the groups of one process
public record Plan(int forks, int milliseconds) {

    /// For figures that are quoted.
    public static final Plan FULL = new Plan(12, 20_000);

    /// For a first look: with all checks in a minute.
    public static final Plan QUICK = new Plan(6, 5_000);

    /// Whether everything runs at all.
    public static final Plan SMOKE = new Plan(1, 0);
}
