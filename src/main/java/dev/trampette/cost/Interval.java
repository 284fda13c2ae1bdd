package dev.trampette.cost;

import java.util.Locale;

/// A mean and where it lies with 95 % confidence.
///
/// @param mean the mean of the forks
/// @param low the lower end
/// @param high the upper end
public record Interval(double mean, double low, double high) {

    /// By how much equal code may come out different on a shared machine: another fork, another place, another hour.
    private static final double RESOLUTION = 0.10;

    /// The ends, as tables print them: `[1.90, 2.10]`.
    public String range() {
        return String.format(Locale.ROOT, "[%.2f, %.2f]", low, high);
    }

    /// Whether two figures can be told apart: their intervals have no point in common, and their means differ by more
    /// than ten percent.
    public boolean differsFrom(Interval other) {
        boolean disjoint = low > other.high || other.low > high;
        return disjoint && Math.abs(mean - other.mean) > RESOLUTION * Math.min(mean, other.mean);
    }
}
