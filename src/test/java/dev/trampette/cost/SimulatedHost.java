package dev.trampette.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A host that is known: what its slots are made of is said here, and so it can be said what must come out.
///
/// @param busy how much of the time a neighbour is on the core, 0 to 1
/// @param drift by how much the clock is slower at the end of a fork than at its beginning: 0.01 is 1 %
/// @param spikes the part of the slots in which something else ran, for up to ten times as long
/// @param forkNoise the standard deviation of what a process adds to a column for good
/// @param noise that of a slot
/// @param seed of all that is random
record SimulatedHost(double busy, double drift, double spikes, double forkNoise, double noise, long seed) {

    /// What a pair of designs costs on it, in ns, quiet and busy.
    static final double THIN = 4.65;
    static final double STRUCT = 9.24;
    private static final double THIN_BUSY = 5.5;
    private static final double STRUCT_BUSY = 16;
    private static final double REFERENCE = 5.18;
    private static final double REFERENCE_BUSY = 9;

    private static final double PLACE_NOISE = 0.004;
    /// A neighbour comes and goes once in so many groups.
    private static final int DWELL = 25;

    static final Panel PANEL = new Panel(Layer.LOOP, "TDCALL", Shape.OUTPUTS_4.label(), Optional.empty(),
            Mode.THROUGHPUT, List.of(new Panel.Entry("trampoline", "trampoline_cpuid"),
                    new Panel.Entry("memory-struct", "memory_struct_cpuid")), true);

    static SimulatedHost quiet(long seed) {
        return new SimulatedHost(0, 0, 0.01, 0.002, 0.005, seed);
    }

    /// What a run of it measures.
    ///
    /// @param struct what memory-struct takes there, in ns
    Run run(int forks, int places, int groups, double struct) {
        Random random = new Random(seed);
        List<Fork> all = new ArrayList<>();
        for (int fork = 0; fork < forks; fork++) {
            all.add(fork(random, places, groups, struct));
        }
        return new Run(all);
    }

    /// One process of it.
    Fork fork(int places, int groups) {
        return fork(new Random(seed), places, groups, STRUCT);
    }

    private Fork fork(Random random, int places, int groups, double struct) {
        int columns = PANEL.columns().size();
        double[] own = random.doubles(columns).map(_ -> Math.exp(forkNoise * random.nextGaussian())).toArray();
        List<Group> measured = new ArrayList<>();
        boolean isBusy = random.nextDouble() < busy;
        for (int place = 0; place < places; place++) {
            double[] there = random.doubles(columns).map(_ -> Math.exp(PLACE_NOISE * random.nextGaussian())).toArray();
            for (int group = 0; group < groups; group++) {
                double slow = 1 + drift * (place * groups + group) / (places * groups);
                double before = slow * slot(random, isBusy ? REFERENCE_BUSY : REFERENCE);
                if (random.nextInt(DWELL) == 0) {
                    isBusy = random.nextDouble() < busy;
                }
                double[] ns = new double[columns];
                for (int column = 0; column < columns; column++) {
                    double quiet = column % 2 == 0 ? THIN : struct;
                    double disturbed = column % 2 == 0 ? THIN_BUSY : struct * STRUCT_BUSY / STRUCT;
                    ns[column] = slow * own[column] * there[column] * slot(random, isBusy ? disturbed : quiet);
                }
                measured.add(new Group(place, before, slow * slot(random, isBusy ? REFERENCE_BUSY : REFERENCE), ns));
            }
        }
        return new Fork(List.of(new Slots(PANEL.name(), PANEL.columns(), new double[0], measured)));
    }

    private double slot(Random random, double ns) {
        double spike = random.nextDouble() < spikes ? 1 + 9 * random.nextDouble() : 1;
        return ns * spike * Math.exp(noise * random.nextGaussian());
    }
}
