package dev.trampette.benchmarks;

import dev.trampette.cost.Interval;
import dev.trampette.image.Placement;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.util.ListStatistics;

/// What was measured of one subject: an average time in nanoseconds for every iteration of every fork.
public final class Samples {

    private static final double CONFIDENCE = 0.95;

    private final List<double[]> forks = new ArrayList<>();
    private double bytesPerOperation = Double.NaN;

    void addFork(double[] iterations) {
        forks.add(iterations);
    }

    /// Keep the most that a fork allocated.
    void addBytesPerOperation(double bytes) {
        bytesPerOperation = Double.isNaN(bytesPerOperation) ? bytes : Math.max(bytesPerOperation, bytes);
    }

    /// The mean of the forks, and where it lies (Student's t over forks). Iterations of one fork are not independent:
    /// they share a JVM, its memory layout and its minute. Every fork has seen every placement equally often.
    public Interval interval() {
        ListStatistics means = new ListStatistics();
        forks.forEach(fork -> means.addValue(mean(fork, 0, 1)));
        if (means.getN() < 2) {
            return new Interval(means.getMean(), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double[] ends = means.getConfidenceIntervalAt(CONFIDENCE);
        return new Interval(means.getMean(), ends[0], ends[1]);
    }

    /// The mean at the slowest placement of the code over the mean at the fastest.
    public double placementSpread() {
        ListStatistics places = new ListStatistics();
        int count = Math.min(Placement.count(), forks.getFirst().length);
        for (int place = 0; place < count; place++) {
            ListStatistics there = new ListStatistics();
            for (double[] fork : forks) {
                there.addValue(mean(fork, place, Placement.count()));
            }
            places.addValue(there.getMean());
        }
        return places.getMax() / places.getMin();
    }

    /// How many bytes of heap an operation allocates; NaN when nobody looked.
    public double bytesPerOperation() {
        return bytesPerOperation;
    }

    private static double mean(double[] values, int first, int step) {
        ListStatistics chosen = new ListStatistics();
        for (int i = first; i < values.length; i += step) {
            chosen.addValue(values[i]);
        }
        return chosen.getMean();
    }
}
