package dev.trampette.benchmarks;

import java.time.Duration;

/// How long to measure.
///
/// @param forks how many processes
/// @param time of the processor for the slots of one process: on an idle machine, how long it measures
public record Plan(int forks, Duration time) {

    /// For figures that are quoted: less than ten minutes.
    public static final Plan FULL = new Plan(15, Duration.ofSeconds(30));

    /// For a first look: with all checks in a minute.
    public static final Plan QUICK = new Plan(6, Duration.ofSeconds(5));

    /// Whether everything runs at all.
    public static final Plan SMOKE = new Plan(1, Duration.ZERO);

    /// From so many panels on the whole time is taken.
    private static final int MANY = 10;

    /// The same for so many panels: a few have groups enough in less time.
    public Plan of(int panels) {
        return new Plan(forks, time.dividedBy(MANY).multipliedBy(Math.clamp(panels, 1, MANY)));
    }
}
