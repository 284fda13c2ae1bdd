package dev.trampette.cost;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.StandardDeviation;
import org.apache.commons.statistics.distribution.TDistribution;

/// A time or a ratio, and where it lies with 95 % confidence.
///
/// @param value the estimate
/// @param low the lower end; NaN when one fork does not tell
/// @param high the upper end
public record Figure(double value, double low, double high) {

    /// Nothing was measured.
    public static final Figure NONE = new Figure(Double.NaN, Double.NaN, Double.NaN);

    private static final double UPPER = 0.975;

    /// Student's t over forks. Slots of one fork are not independent: they share a process and its minute.
    ///
    /// @param logs the natural logarithm of each fork's figure
    public static Figure of(double[] logs) {
        if (logs.length == 0) {
            return NONE;
        }
        double mean = Mean.of(logs).getAsDouble();
        if (logs.length == 1) {
            return new Figure(Math.exp(mean), Double.NaN, Double.NaN);
        }
        double half = TDistribution.of(logs.length - 1).inverseCumulativeProbability(UPPER)
                * StandardDeviation.of(logs).getAsDouble() / Math.sqrt(logs.length);
        return new Figure(Math.exp(mean), Math.exp(mean - half), Math.exp(mean + half));
    }

    /// Whether there is a figure, and an interval around it.
    public boolean isKnown() {
        return Double.isFinite(value) && Double.isFinite(low) && Double.isFinite(high);
    }

    /// The same with an interval that is no narrower on either side than a factor.
    ///
    /// @param log the natural logarithm of the factor, 0 or more
    public Figure noNarrowerThan(double log) {
        return isKnown() ? new Figure(value, Math.min(low, value * Math.exp(-log)),
                Math.max(high, value * Math.exp(log))) : this;
    }

    /// The ratio to a figure that is independent of it.
    public Figure over(Figure other) {
        if (!isKnown() || !other.isKnown()) {
            return new Figure(value / other.value, Double.NaN, Double.NaN);
        }
        double half = Math.hypot(Math.log(high / low), Math.log(other.high / other.low)) / 2;
        return new Figure(value / other.value, value / other.value * Math.exp(-half),
                value / other.value * Math.exp(half));
    }

    /// How far the interval reaches from 1, as a logarithm: what equal code came out different by.
    double reach() {
        return isKnown() ? Arrays.stream(new double[] {low, high}).map(Math::log).map(Math::abs).max().orElseThrow()
                : 0;
    }

    /// Whether the whole interval is as near to 1 as that.
    public boolean isWithin(double margin) {
        return isKnown() && low >= 1 - margin && high <= 1 + margin;
    }

    /// The ends, as tables print them: `[1.90, 2.10]`.
    ///
    /// @param decimals how many
    public String range(int decimals) {
        return isKnown() ? String.format(Locale.ROOT, "[%%.%df, %%.%df]".formatted(decimals, decimals), low, high) : "";
    }
}
