package dev.trampette.cost;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The slots of a run, sorted by what the host was like.
public final class Run {

    /// How far above its level the reference may be in a quiet group.
    private static final double QUIET = 1.03;

    /// How far the level of a fork may be above that of the fastest, if its groups are to count as quiet.
    private static final double LEVELS = 1.02;

    private final List<Fork> forks;
    private final double[] levels;
    private final double level;

    /// @param forks what was measured, a fork for each process
    public Run(List<Fork> forks) {
        this.forks = forks.stream().filter(fork -> Double.isFinite(fork.level())).toList();
        this.levels = this.forks.stream().mapToDouble(Fork::level).toArray();
        this.level = Arrays.stream(levels).min().orElse(Double.NaN);
    }

    /// What the reference takes in the fastest fork, in ns.
    public double level() {
        return level;
    }

    /// How many forks there are.
    public int forks() {
        return forks.size();
    }

    /// How many forks found the host at its fastest.
    public int quietForks() {
        return (int) IntStream.range(0, levels.length).filter(this::isQuiet).count();
    }

    private boolean isQuiet(int fork) {
        return levels[fork] <= LEVELS * level;
    }

    /// The part of all groups that was quiet, 0 to 1.
    public double quietShare() {
        long all = 0;
        long quiet = 0;
        for (int fork = 0; fork < forks.size(); fork++) {
            for (Slots slots : forks.get(fork).panels()) {
                for (Group group : slots.groups()) {
                    all++;
                    quiet += state(fork, group) == State.QUIET ? 1 : 0;
                }
            }
        }
        return all == 0 ? 0 : (double) quiet / all;
    }

    private State state(int fork, Group group) {
        double most = QUIET * levels[fork];
        boolean before = group.before() <= most;
        boolean after = group.after() <= most;
        if (before != after) {
            return State.MIXED;
        }
        return before && isQuiet(fork) ? State.QUIET : State.BUSY;
    }

    /// The groups of a panel in one state, fork by fork.
    public List<List<Group>> groups(Panel panel, State state) {
        return IntStream.range(0, forks.size()).mapToObj(fork -> forks.get(fork).groups(panel.name()).stream()
                .filter(group -> state(fork, group) == state).toList()).toList();
    }

    /// The most that a call of a column allocates in a fork, in bytes of heap; NaN where nobody looked.
    public double bytes(Panel panel, int column) {
        return forks.stream().mapToDouble(fork -> fork.bytes(panel.name(), column))
                .filter(bytes -> !Double.isNaN(bytes)).max().orElse(Double.NaN);
    }

    /// The time of a column.
    public Nested ns(Panel panel, State state, int column) {
        return Nested.of(groups(panel, state), group -> Math.log(group.ns()[column]));
    }

    /// The ratio of a column to another, in the same groups.
    public Nested ratio(Panel panel, State state, int column, int base) {
        return Nested.of(groups(panel, state), group -> Math.log(group.ns()[column] / group.ns()[base]));
    }

    /// The ratio of a column to the reference around it.
    public Nested ratioToReference(Panel panel, State state, int column) {
        return Nested.of(groups(panel, state), group -> Math.log(group.ns()[column])
                - Math.log(group.before() * group.after()) / 2);
    }
}
