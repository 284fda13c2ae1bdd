package dev.trampette.cost;

import java.util.List;
import java.util.Optional;

/// Whether a run is fit to be believed, and why not.
///
/// @param reason why not; empty when it is
/// @param quietShare the part of the groups that was quiet, 0 to 1
/// @param sentences one for each design that was controlled
public record Fitness(Optional<String> reason, double quietShare, List<String> sentences) {

    /// Whether it is.
    public boolean isFit() {
        return reason.isEmpty();
    }
}
