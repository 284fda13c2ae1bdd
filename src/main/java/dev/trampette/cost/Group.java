package dev.trampette.cost;

/// Slots that were measured within a few hundred microseconds of each other, in random order, between two slots of the
/// reference.
///
/// @param place the number of the place of the code, in its fork
/// @param before the reference, ns of a call
/// @param after the reference once more
/// @param ns the columns of the panel, ns of a call
public record Group(int place, double before, double after, double[] ns) {
}
