package dev.trampette.benchmarks;

/// How long to measure: each round gives every subject one fork, in a new order.
///
/// @param rounds how many forks each subject gets
/// @param warmups warm-up iterations in a fork
/// @param iterations measured iterations in a fork: a multiple of the number of placements
/// @param milliseconds the length of an iteration
public record Plan(int rounds, int warmups, int iterations, int milliseconds) {

    /// For figures that are quoted.
    public static final Plan FULL = new Plan(5, 4, 8, 100);

    /// For a first look, in less than three minutes.
    public static final Plan QUICK = new Plan(4, 2, 4, 40);

    /// Whether every benchmark runs at all.
    public static final Plan SMOKE = new Plan(1, 0, 1, 1);
}
