package dev.trampette.cost;

import java.util.Locale;

/// What an interval of a ratio says.
public enum Judgement {

    /// All of it is below 1.
    CHEAPER,
    /// All of it is within the margin around 1.
    THE_SAME,
    /// All of it is above 1.
    DEARER,
    /// It is too wide.
    NOT_KNOWN;

    /// @param ratio of a row to another
    /// @param margin the difference that nobody cares for: 0.02 is 2 %
    public static Judgement of(Figure ratio, double margin) {
        if (!ratio.isKnown()) {
            return NOT_KNOWN;
        }
        return ratio.isWithin(margin) ? THE_SAME : ratio.high() < 1 ? CHEAPER : ratio.low() > 1 ? DEARER : NOT_KNOWN;
    }

    /// What both say; a figure and its check may not say the same.
    public Judgement and(Judgement other) {
        return this == other ? this : NOT_KNOWN;
    }

    /// The word in tables and in JSON: `the same`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Override
    public String toString() {
        return label();
    }
}
