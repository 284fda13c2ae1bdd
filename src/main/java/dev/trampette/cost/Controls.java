package dev.trampette.cost;

import java.util.Locale;
import java.util.Optional;

/// The rows that test the run itself, all of four outputs through the trampoline in layer `loop`.
///
/// @param first one measurement
/// @param again the same once more: A and A must come out alike
/// @param doubled twice as many calls in the loop, for one of them: cost must grow linearly
/// @param emptyCall a call of a function that returns at once: what the loop itself costs
public record Controls(Interval first, Interval again, Interval doubled, Interval emptyCall) {

    /// Why the run is not fit to be believed, if it is not.
    public Optional<String> complaint() {
        if (first.differsFrom(again)) {
            return Optional.of("the same design measured twice differs, " + ratio(again));
        }
        if (first.differsFrom(doubled)) {
            return Optional.of("cost does not grow with the number of calls, " + ratio(doubled));
        }
        return Optional.empty();
    }

    private String ratio(Interval other) {
        return String.format(Locale.ROOT, "%.2f and %.2f ns", first.mean(), other.mean());
    }
}
