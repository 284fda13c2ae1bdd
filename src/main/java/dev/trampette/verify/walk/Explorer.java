package dev.trampette.verify.walk;

import dev.trampette.probe.Recording;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Area;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Draws.Draw;
import dev.trampette.verify.values.Round;
import dev.trampette.verify.walk.Reached.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Makes cases that reach what no case before them has: the operands of a comparison are looked for among the random
/// numbers of the case, and the number is planted that would have turned the branch. What reaches something new is
/// looked at like any other case, and explored further.
public final class Explorer<T> {

    /// Calls of a wrapper step by step, at least.
    private static final int FEW = 4;
    /// Calls in which nothing is planted, for each outcome.
    private static final int BASES = 4;
    /// Calls step by step, and steps of all of them: a step is a signal, of some microseconds.
    private static final int CALLS = 400;
    private static final long STEPS = 30_000;
    /// How often a way of a branch is wished for, in calls that differ.
    private static final int WISHES = 4;
    /// Numbers in which an operand is looked for, and those that are tried where it is in none.
    private static final int PLACES = 8;
    private static final int GUESSES = 24;
    /// Lengths of buffers that are tried one after the other, from the least on.
    private static final int RANKS = 40;
    /// Even, so that no value is from the end of what is possible, and with a look for leaks.
    private static final Round ROUND = new Round(2);
    /// Lengths, and ends of what an instruction handles at once.
    private static final long[] LENGTHS = {0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097};

    private final Trial trial;
    private final Check<T> check;
    private final Reached reached;
    private final BooleanSupplier isLate;
    private final Calls<T> calls;
    private final Deque<Plan> plans = new ArrayDeque<>();
    private final Map<Way, Integer> wished = new HashMap<>();
    private final Set<Long> tables = new HashSet<>();
    private final Set<Plan> known = new HashSet<>();
    private int made;
    private long steps;

    /// How a case is made.
    public interface Calls<T> {

        /// One new case, step by step.
        void walk(T outcome, Round round);

        /// One new case, looked at in full.
        void pair(T outcome, Round round, boolean isForInterrupts);
    }

    /// A case that can be made again.
    ///
    /// @param round how its numbers are chosen
    /// @param seed where they start
    /// @param outcome the number of what the instruction answers
    /// @param nulled the pointer that is NULL, or -1
    /// @param planted what is drawn instead of random numbers, by the number of the draw
    private record Plan(Round round, long seed, int outcome, int nulled, Map<Integer, Long> planted) {

        Plan with(int draw, long value) {
            Map<Integer, Long> more = new HashMap<>(planted);
            more.put(draw, value);
            return new Plan(round, seed, outcome, nulled, more);
        }
    }

    /// @param isLate whether there is no time for more
    public Explorer(Trial trial, Check<T> check, Reached reached, BooleanSupplier isLate, Calls<T> calls) {
        this.trial = trial;
        this.check = check;
        this.reached = reached;
        this.isLate = isLate;
        this.calls = calls;
    }

    /// So many cases of each outcome, step by step. What they reach by chance must be found by no other chance: it is
    /// looked at in full.
    public void walk(int rounds) {
        int outcomes = check.outcomes().size();
        int made = 0;
        for (int n = 0; n < rounds && !isLate.getAsBoolean(); n++) {
            for (int outcome = 0; outcome < outcomes && !isSeen(made); outcome++, made++) {
                Plan plan = new Plan(new Round(n), trial.random().nextLong(), outcome, -1, Map.of());
                made(plan, calls::walk);
                if (reached.hasNew()) {
                    made(plan, this::plain);
                }
            }
        }
    }

    /// Whether so many calls are enough: they have gone every way, and none of them is compared with another. Functions
    /// have lengths, too; what a wrapper does depends on answers.
    private boolean isSeen(int calls) {
        return calls >= (trial.contract().effect().isPresent() ? FEW : Walks.LEAST) && reached.isComplete()
                && trial.contract().promises().secrets().isEmpty();
    }

    /// Until nothing new is reached, or it has cost enough.
    public void explore() {
        int outcomes = check.outcomes().size();
        long seed = trial.random().nextLong();
        for (int n = 0; n < BASES; n++) {
            for (int outcome = 0; outcome < outcomes; outcome++) {
                plans.add(new Plan(ROUND, seed + n, outcome, -1, Map.of()));
            }
        }
        for (int pointer : trial.arguments().nullable()) {
            for (int outcome = 0; outcome < outcomes; outcome++) {
                plans.add(new Plan(ROUND, seed, outcome, pointer, Map.of()));
            }
        }
        while (!plans.isEmpty() && !isDone() && made < CALLS && steps < STEPS && !isLate.getAsBoolean()) {
            explore(plans.remove());
        }
    }

    private boolean isDone() {
        return reached.isComplete() && reached.unchosen().isEmpty();
    }

    /// Every argument that is a number has lengths at which loops end and instructions change.
    public void lengths() {
        int ranks = trial.arguments().lengths(RANKS);
        for (int rank = 0; rank < ranks && !isLate.getAsBoolean(); rank++) {
            for (Area.Placement placement : Area.Placement.values()) {
                made(new Plan(new Round(ROUND.number(), placement, rank), trial.random().nextLong(), 0, -1, Map.of()),
                        this::plain);
            }
        }
        Plan base = new Plan(ROUND, trial.random().nextLong(), 0, -1, Map.of());
        List<Draw> drawn = made(base, this::plain);
        for (int n = 0; n < drawn.size() && !isLate.getAsBoolean(); n++) {
            for (long length : LENGTHS) {
                Draw draw = drawn.get(n);
                if (draw.use() == Draws.Use.ARGUMENT && draw.low() <= length && length <= draw.high()) {
                    made(base.with(n, length), this::plain);
                }
            }
        }
    }

    private void explore(Plan plan) {
        List<Draw> drawn = made(plan, calls::walk);
        made++;
        steps += reached.last().size();
        boolean hasNew = reached.hasNew();
        if (hasNew || plan.planted().isEmpty()) {
            wish(plan, reached.last(), drawn);
        }
        if (hasNew) {
            made(plan, this::pair);
        }
    }

    private void plain(T outcome, Round round) {
        calls.pair(outcome, round, false);
    }

    private void pair(T outcome, Round round) {
        calls.pair(outcome, round, true);
    }

    /// One case.
    ///
    /// @return its random numbers
    private List<Draw> made(Plan plan, BiConsumer<T, Round> call) {
        Draws random = trial.random();
        random.replay(plan.seed(), plan.planted());
        trial.arguments().setNull(plan.nulled());
        try {
            random.isFor(Draws.Use.ANSWER);
            List<T> outcomes = check.outcomes();
            random.isFor(Draws.Use.OTHER);
            call.accept(outcomes.get(plan.outcome() % outcomes.size()), plan.round());   // there may be fewer now
            return random.drawn();
        } finally {
            trial.arguments().setNull(-1);
            random.resume();
        }
    }

    /// Plan calls that turn the branches of this one.
    private void wish(Plan plan, List<Recording.Step> steps, List<Draw> drawn) {
        Set<Way> open = reached.open();
        open.addAll(reached.unchosen());
        Turning turning = new Turning(steps, reached::own);
        Set<Way> here = new HashSet<>();
        for (int n = 0; n + 1 < steps.size(); n++) {
            Optional<Way> way = reached.way(n);
            if (way.isEmpty()) {
                continue;
            }
            Way other = new Way(way.get().at(), !way.get().isJump());
            boolean isTable = reached.isOpenTable() && !tables.contains(other.at());
            if (open.contains(other) && here.add(other) && wished.merge(other, 1, Integer::sum) <= WISHES || isTable) {
                turning.wishes(n, isTable).forEach(wish -> plant(plan, wish, drawn));
                tables.add(other.at());
            }
        }
    }

    /// A number that holds the operand is changed into what is wished for. Where none does, the operand is perhaps made
    /// of one by an addition or an exclusive or.
    private void plant(Plan plan, Turning.Wish wish, List<Draw> drawn) {
        long mask = wish.bytes() >= Long.BYTES ? -1 : (1L << wish.bytes() * Byte.SIZE) - 1;
        List<int[]> places = wish.word().isPresent() ? whole(wish, drawn) : List.of();
        if (places.isEmpty()) {
            places = parts(wish.actual() & mask, wish.bytes(), mask, drawn);
        }
        for (long wanted : wish.wanted()) {
            for (int[] place : places) {
                long value = drawn.get(place[0]).value();
                plan(plan, place[0], value & ~(mask << place[1]) | (wanted & mask) << place[1], drawn);
            }
        }
        if (places.isEmpty()) {
            guesses(drawn).forEach(n -> wish.wanted().forEach(wanted -> {
                long value = drawn.get(n).value();
                plan(plan, n, value & ~mask | value + wanted - wish.actual() & mask, drawn);
                plan(plan, n, value ^ (wanted ^ wish.actual()) & mask, drawn);
            }));
        }
    }

    private void plan(Plan plan, int draw, long value, List<Draw> drawn) {
        Plan next = plan.with(draw, value);
        if (value >= drawn.get(draw).low() && value <= drawn.get(draw).high() && known.add(next)) {
            plans.add(next);
        }
    }

    /// The numbers that are the word of memory which the operand is a part of.
    private static List<int[]> whole(Turning.Wish wish, List<Draw> drawn) {
        return IntStream.range(0, drawn.size()).filter(n -> drawn.get(n).value() == wish.word().getAsLong())
                .mapToObj(n -> new int[] {n, wish.shift()}).limit(PLACES).toList();
    }

    /// The numbers that have the operand in them.
    private static List<int[]> parts(long actual, int bytes, long mask, List<Draw> drawn) {
        List<int[]> places = new ArrayList<>();
        for (int n = 0; n < drawn.size(); n++) {
            for (int shift = 0; shift <= Long.SIZE - bytes * Byte.SIZE; shift += Byte.SIZE) {
                boolean isLikely = bytes > Short.BYTES || drawn.get(n).use() != Draws.Use.OTHER && shift == 0;
                if (isLikely && (drawn.get(n).value() >>> shift & mask) == actual) {
                    places.add(new int[] {n, shift});
                }
            }
        }
        places.sort(Comparator.comparing(place -> drawn.get(place[0]).use()));
        return places.size() > PLACES ? places.subList(0, PLACES) : places;
    }

    private static List<Integer> guesses(List<Draw> drawn) {
        return IntStream.range(0, drawn.size()).filter(n -> drawn.get(n).use() != Draws.Use.OTHER).boxed()
                .sorted(Comparator.comparing(n -> drawn.get(n).use())).limit(GUESSES).toList();
    }
}
