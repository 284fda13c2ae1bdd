package dev.trampette.verify.trial;

import dev.trampette.contract.Parameter;
import dev.trampette.probe.Probe;
import dev.trampette.spec.Place;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Places;
import dev.trampette.verify.values.Round;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What is above narrow arguments in their places: a caller may leave anything there.
public final class Above {

    private final List<Parameter> parameters;
    private final List<Place> places;
    private final Map<Place, Long> masks;
    /// What changes, by argument.
    private final long[] changes;

    /// @param masks the bits of each place that arguments name
    Above(List<Parameter> parameters, List<Place> places, Map<Place, Long> masks) {
        this.parameters = parameters;
        this.places = places;
        this.masks = masks;
        this.changes = new long[places.size()];
    }

    /// Another change for an argument.
    void renew(int argument, Round round, Draws random) {
        changes[argument] = round.change(random);
    }

    /// Change what is there, or change it back.
    void change(Probe probe) {
        for (int i = 0; i < places.size(); i++) {
            if (places.indexOf(places.get(i)) == i) {
                Places.set(probe, places.get(i),
                        Places.get(probe, places.get(i)) ^ changes[i] & ~masks.get(places.get(i)));
            }
        }
    }

    /// The names of the arguments that have something above them.
    public List<String> names(Probe probe) {
        return IntStream.range(0, places.size()).filter(n -> isThere(probe, n)).mapToObj(n ->
                parameters.get(n).name()).toList();
    }

    private boolean isThere(Probe probe, int n) {
        return (Places.get(probe, places.get(n)) & ~masks.get(places.get(n))) != 0;
    }

    /// Let 0 be there, as most callers leave it.
    ///
    /// @return what puts back what was there
    public Runnable clear(Probe probe) {
        long[] before = places.stream().mapToLong(place -> Places.get(probe, place)).toArray();
        for (int n = 0; n < before.length; n++) {
            Places.set(probe, places.get(n), before[n] & masks.get(places.get(n)));
        }
        return () -> IntStream.range(0, before.length).forEach(n -> Places.set(probe, places.get(n), before[n]));
    }
}
