package dev.trampette.verify;

import java.time.Duration;
import java.util.Optional;

/// How long the cases of a routine may take, and what could not be done in that time. The cases that are looked at in
/// full have more than half of it, batches come next, and what is left is for those that are made step by step.
final class Budget {

    /// The part of the time after which a kind of cases ends.
    enum Part {
        CASES(0.6), BATCHES(0.85), ALL(1);

        private final double share;

        Part(double share) {
            this.share = share;
        }
    }

    private final Optional<Duration> limit;
    private final long begin = System.nanoTime();
    private int cases;
    private int wantedCases;
    private long pairs;
    private long wantedPairs;

    /// @param limit all of the time, or nothing: as long as it takes
    Budget(Optional<Duration> limit) {
        this.limit = limit;
    }

    /// Whether the time of a part is over.
    boolean isOver(Part part) {
        return limit.isPresent() && left(part) <= 0;
    }

    private double left(Part part) {
        return limit.orElseThrow().toNanos() * part.share - (System.nanoTime() - begin);
    }

    /// How many pairs of calls there is time for in a batch.
    ///
    /// @param wanted how many there should be
    /// @param nanos of one call
    /// @param batches how many come, this one among them
    long pairs(long wanted, double nanos, int batches) {
        long possible = limit.isEmpty() ? wanted
                : Math.clamp((long) (left(Part.BATCHES) / batches / Math.max(nanos, 1) / 2), 0, wanted);
        wantedPairs += wanted;
        pairs += possible;
        return possible;
    }

    /// So many cases were looked at in full, of those that should be.
    void cases(int done, int wanted) {
        cases = done;
        wantedCases = wanted;
    }

    /// What there was no time for, as a sentence.
    Optional<String> shortage() {
        if (limit.isEmpty() || cases == wantedCases && pairs == wantedPairs && !isOver(Part.ALL)) {
            return Optional.empty();
        }
        return Optional.of("the time was over after %s: %,d of %,d cases, and %,d of %,d pairs in batches".formatted(
                seconds(limit.get()), cases, wantedCases, pairs, wantedPairs));
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
