package dev.trampette.cost;

import dev.trampette.tdx.Design;

/// One row of the comparison: a design, a shape, a layer.
///
/// @param design how the wrapper is written
/// @param shape what the leaf passes and returns
/// @param layer from where it is called
/// @param nanoseconds one call
/// @param placementSpread the slowest placement of the code over the fastest: what no design can help
/// @param size what it takes in memory
public record Row(Design design, Shape shape, Layer layer, Interval nanoseconds, double placementSpread,
        SiteSize size) {
}
