package dev.trampette.verify.values;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The random numbers of a routine's cases. All that a case has is drawn from here: so a case can be made again, with
/// another number in the place of one that was drawn, and whoever looks at it sees a case like any other.
public final class Draws implements RandomGenerator {

    /// Those that are remembered of a case.
    private static final int MOST = 1 << 13;

    /// What a number is for.
    public enum Use {
        ARGUMENT, ANSWER, BUFFER, OTHER
    }

    /// One number.
    ///
    /// @param value what was drawn
    /// @param low the least that could have been
    /// @param high the most
    public record Draw(Use use, long value, long low, long high) {
    }

    private final RandomGenerator stream;
    private RandomGenerator current;
    private Map<Integer, Long> planted = Map.of();
    private List<Draw> drawn = List.of();
    private boolean isNoted;
    private Use use = Use.OTHER;

    public Draws(long seed) {
        this(new SplittableRandom(seed));
    }

    public Draws(RandomGenerator stream) {
        this.stream = stream;
        this.current = stream;
    }

    /// Draw the numbers of one case, and remember them, until [#resume].
    ///
    /// @param planted by the number of the draw what is drawn instead, where it could have been
    public void replay(long seed, Map<Integer, Long> planted) {
        this.current = new SplittableRandom(seed);
        this.planted = planted;
        this.drawn = new ArrayList<>();
        this.isNoted = true;
        this.use = Use.OTHER;
    }

    /// Go on as if nothing had been replayed.
    public void resume() {
        current = stream;
        planted = Map.of();
        isNoted = false;
    }

    /// What was drawn since [#replay].
    public List<Draw> drawn() {
        return drawn;
    }

    /// Say what the next numbers are for.
    public void isFor(Use next) {
        use = next;
    }

    private long note(long value, long low, long high) {
        if (!isNoted || drawn.size() >= MOST) {
            return value;
        }
        Long instead = planted.get(drawn.size());
        long noted = instead == null || instead < low || instead > high ? value : instead;
        drawn.add(new Draw(use, noted, low, high));
        return noted;
    }

    @Override
    public long nextLong() {
        return note(current.nextLong(), Long.MIN_VALUE, Long.MAX_VALUE);
    }

    @Override
    public long nextLong(long origin, long bound) {
        return note(current.nextLong(origin, bound), origin, bound - 1);
    }

    @Override
    public int nextInt() {
        return (int) note(current.nextInt(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public int nextInt(int bound) {
        return (int) note(current.nextInt(bound), 0, bound - 1L);
    }

    @Override
    public int nextInt(int origin, int bound) {
        return (int) note(current.nextInt(origin, bound), origin, bound - 1L);
    }

    /// A likely number, in the place of which any that is possible may be planted.
    ///
    /// @param origin the least that is likely
    /// @param bound above the most that is likely
    /// @param low the least that is possible
    /// @param high the most that is possible
    public int likely(int origin, int bound, int low, int high) {
        return (int) note(current.nextInt(origin, bound), low, high);
    }

    @Override
    public boolean nextBoolean() {
        return current.nextBoolean();
    }

    @Override
    public double nextDouble() {
        return current.nextDouble();
    }

    @Override
    public double nextDouble(double origin, double bound) {
        return current.nextDouble(origin, bound);
    }
}
