package dev.trampette.report.page;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// How often a time occurs, from its quantiles: each quantile stands for an equal share of the slots, and is spread by
/// a Gaussian kernel. The width of the kernel is Silverman's rule with the narrower of its two measures, which keeps two
/// modes apart.
///
/// @param quantiles in ascending order, equally far apart in probability
/// @param width the standard deviation of the kernel, in the unit of the quantiles
record Density(List<Double> quantiles, double width) implements DoubleUnaryOperator {

    /// @param least the narrowest kernel that can be seen
    static Density of(List<Double> quantiles, double least) {
        int last = quantiles.size() - 1;
        double mean = quantiles.stream().mapToDouble(q -> q).average().orElse(0);
        double deviation = Math.sqrt(quantiles.stream().mapToDouble(q -> (q - mean) * (q - mean)).average().orElse(0));
        double middle = (quantiles.get(last * 3 / 4) - quantiles.get(last / 4)) / 1.34;
        double silverman = 0.9 * Math.min(deviation, middle) * Math.pow(quantiles.size(), -0.2);
        return new Density(quantiles, Math.max(least, silverman));
    }

    @Override
    public double applyAsDouble(double time) {
        return quantiles.stream().mapToDouble(q -> Math.exp(-0.5 * Math.pow((time - q) / width, 2))).sum();
    }
}
