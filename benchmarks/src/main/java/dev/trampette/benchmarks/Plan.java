package dev.trampette.benchmarks;

import java.time.Duration;

/// How long to measure.
///
/// @param forks how many processes
/// @param time for all of them together; each gets its part of what is left when it starts
public record Plan(int forks, Duration time) {

    /// For figures that are quoted.
    public static final Plan FULL = new Plan(12, Duration.ofMinutes(9));

    /// For a first look.
    public static final Plan QUICK = new Plan(6, Duration.ofSeconds(42));

    /// Whether everything runs at all.
    public static final Plan SMOKE = new Plan(1, Duration.ZERO);

    /// The same with another time.
    public Plan within(Duration other) {
        return new Plan(forks, other);
    }
}
