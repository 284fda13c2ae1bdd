package dev.trampette.cost;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Median;
import org.apache.commons.statistics.descriptive.Quantile;

/// One quantity, as a logarithm, at every place of every fork: the median over the groups there.
///
/// The median of a place is not moved by the slots in which something else ran. The figure of a fork is the mean of the
/// middle half of its places: each place counts, whatever it is that makes it fast or slow, except the few in which so
/// much else ran that the median moved too. With the mean of all, one of those makes an interval ten times as wide.
///
/// @param forks for each fork with enough places, the medians of its places
public record Nested(List<double[]> forks) {

    /// Fewer groups at a place do not make a median, and fewer places no mean.
    private static final int LEAST_GROUPS = 3;
    private static final int LEAST_PLACES = 3;

    private static final int RESAMPLES = 400;

    /// @param forks the groups that count, of each fork
    /// @param log the quantity in one group
    public static Nested of(List<List<Group>> forks, ToDoubleFunction<Group> log) {
        List<double[]> medians = new ArrayList<>();
        for (List<Group> groups : forks) {
            Map<Integer, List<Group>> places = groups.stream()
                    .collect(Collectors.groupingBy(Group::place, TreeMap::new, Collectors.toList()));
            double[] ofPlaces = places.values().stream().filter(place -> place.size() >= LEAST_GROUPS)
                    .mapToDouble(place -> median(place, log)).toArray();
            if (ofPlaces.length >= LEAST_PLACES) {
                medians.add(ofPlaces);
            }
        }
        return new Nested(medians);
    }

    private static double median(Collection<Group> groups, ToDoubleFunction<Group> log) {
        return Median.withDefaults().evaluate(groups.stream().mapToDouble(log).toArray());
    }

    /// A figure for each fork, as a logarithm.
    public double[] means() {
        return forks.stream().mapToDouble(places -> middle(places.clone())).toArray();
    }

    /// The interquartile mean, of values that get into ascending order.
    private static double middle(double[] values) {
        Arrays.sort(values);
        int cut = values.length / 4;
        return Mean.ofRange(values, cut, values.length - cut).getAsDouble();
    }

    /// The figure, and an interval by Student's t over forks.
    public Figure figure() {
        return Figure.of(means());
    }

    /// The same by a bootstrap over forks and, in each that was drawn, over its places: it takes the distribution from
    /// the measurement, where Student's t takes a normal one for granted.
    public Figure bootstrap(RandomGenerator random) {
        if (forks.size() < 2) {
            return figure();
        }
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int fork = 0; fork < forks.size(); fork++) {
                double[] places = forks.get(random.nextInt(forks.size()));
                sum += middle(random.ints(places.length, 0, places.length).mapToDouble(drawn -> places[drawn])
                        .toArray());
            }
            means[i] = sum / forks.size();
        }
        double[] ends = Quantile.withDefaults().evaluate(means, 0.025, 0.975);
        return new Figure(figure().value(), Math.exp(ends[0]), Math.exp(ends[1]));
    }

    /// All of a quantity's values in some groups, in ascending order.
    static double[] sorted(List<List<Group>> forks, ToDoubleFunction<Group> quantity) {
        double[] values = forks.stream().flatMap(List::stream).mapToDouble(quantity).toArray();
        Arrays.sort(values);
        return values;
    }
}
