package dev.trampette.cost;

/// A ratio that must be 1, if the figures beside it are to be believed.
///
/// @param layer of the panel
/// @param design what was measured
/// @param kind how it was measured a second time
/// @param ratio of the second measurement to the first
public record Control(Layer layer, String design, Kind kind, Figure ratio) {

    /// The furthest that an end of the interval may be from 1.
    private static final double MARGIN = 0.02;

    /// What a second measurement was.
    public enum Kind {
        /// The same once more.
        AGAIN("A/A"),
        /// With half the calls: time must grow with their number.
        HALF("linearity");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// The name in tables and in JSON.
        public String label() {
            return label;
        }
    }

    /// Whether the whole interval is near to 1.
    public boolean isFit() {
        return ratio.isWithin(MARGIN);
    }
}
