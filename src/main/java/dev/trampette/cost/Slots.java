package dev.trampette.cost;

import java.util.List;

/// What one fork measured of one panel.
///
/// @param panel the panel's name
/// @param columns what the figures of a group are of: see [Panel#columns]
/// @param bytes of heap that one call of each column allocates; empty where it is not Java that calls
/// @param groups in the order in which they were measured
public record Slots(String panel, List<String> columns, double[] bytes, List<Group> groups) {
}
