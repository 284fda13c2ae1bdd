package dev.trampette.benchmarks;

import dev.trampette.cost.Interval;
import dev.trampette.image.Placement;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.util.ListStatistics;

/// What was measured of one subject: an average time in nanoseconds for every iteration of every fork.
public final class Samples {

    private static final double CONFIDENCE = 0.99;

    private final List<double[]> forks = new ArrayList<>();
    private double bytesPerOperation = Double.NaN;

    void addFork(double[] iterations) {
        forks.add(iterations);
    }

    void setBytesPerOperation(double bytes) {
        bytesPerOperation = bytes;
    }

    /// The mean over all iterations, and where it lies (Student's t, as JMH computes it).
    public Interval interval() {
        ListStatistics all = new ListStatistics();
        forks.forEach(fork -> add(all, fork, 0, 1));
        if (all.getN() < 2) {
            return new Interval(all.getMean(), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double[] ends = all.getConfidenceIntervalAt(CONFIDENCE);
        return new Interval(all.getMean(), ends[0], ends[1]);
    }

    /// The mean at the slowest placement of the code over the mean at the fastest.
    public double placementSpread() {
        double slowest = 0;
        double fastest = Double.POSITIVE_INFINITY;
        for (int placement = 0; placement < Placement.count(); placement++) {
            ListStatistics there = new ListStatistics();
            for (double[] fork : forks) {
                add(there, fork, placement, Placement.count());
            }
            if (there.getN() > 0) {
                slowest = Math.max(slowest, there.getMean());
                fastest = Math.min(fastest, there.getMean());
            }
        }
        return slowest / fastest;
    }

    /// How many bytes of heap an operation allocates; NaN when nobody looked.
    public double bytesPerOperation() {
        return bytesPerOperation;
    }

    private static void add(ListStatistics statistics, double[] values, int first, int step) {
        for (int i = first; i < values.length; i += step) {
            statistics.addValue(values[i]);
        }
    }
}
