package dev.trampette.report.page;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// How often a time occurs, from its quantiles: each quantile stands for an equal share of the slots, and is spread by
/// a Gaussian kernel. The width of the kernel is Silverman's rule for the shortest half of the slots: the deviation of
/// all of them would blur two modes into one.
///
/// @param quantiles in ascending order, equally far apart in probability
/// @param width the standard deviation of the kernel, in the unit of the quantiles
record Density(List<Double> quantiles, double width) implements DoubleUnaryOperator {

    /// @param least the narrowest kernel that can be seen
    static Density of(List<Double> quantiles, double least) {
        int half = quantiles.size() / 2;
        double shortest = IntStream.range(0, quantiles.size() - half)
                .mapToDouble(i -> quantiles.get(i + half) - quantiles.get(i)).min().orElse(0);
        double silverman = 0.9 * shortest / 1.35 * Math.pow(quantiles.size(), -0.2);
        return new Density(quantiles, Math.max(least, silverman));
    }

    @Override
    public double applyAsDouble(double time) {
        return quantiles.stream().mapToDouble(q -> Math.exp(-0.5 * Math.pow((time - q) / width, 2))).sum();
    }
}
