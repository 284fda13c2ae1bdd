package dev.trampette.cost;

/// A mean and where it lies with 99 % confidence.
///
/// @param mean the mean of the samples
/// @param low the lower end
/// @param high the upper end
public record Interval(double mean, double low, double high) {

    /// Whether two figures can be told apart: their intervals have no point in common.
    public boolean differsFrom(Interval other) {
        return low > other.high || other.low > high;
    }
}
