package dev.trampette.cost;

import java.util.Arrays;

/// Slots that were measured within a few hundred microseconds of each other, in random order, between two slots of the
/// reference.
///
/// @param place the number of the place of the code, in its fork
/// @param before the reference, ns of a call
/// @param after the reference once more
/// @param ns the columns of the panel, ns of a call
public record Group(int place, double before, double after, double[] ns) {

    /// The same in another unit: ticks as ns.
    public Group scaled(double factor) {
        return new Group(place, before * factor, after * factor,
                Arrays.stream(ns).map(figure -> figure * factor).toArray());
    }
}
