package dev.trampette.verify;

import dev.trampette.call.WrapperCrash;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Filling;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Round;
import dev.trampette.verify.walk.Explorer;
import dev.trampette.verify.walk.Reached;
import dev.trampette.verify.walk.Walks;
import java.util.List;

/// Which cases of a routine there are, and in what order: pairs, pointers that are NULL, batches, calls step by step.
final class Schedule<T> {

    /// Pairs in batches, for each pair that is looked at in full.
    private static final int PAIRS = 50;
    /// The round with interrupts; the next has them too.
    private static final int INTERRUPTED = 3;
    /// Rounds with NULL for a pointer.
    private static final int NULLED = 4;
    /// Batches for each outcome.
    private static final int BATCHES = 5;

    private final Run<T> run;
    private final Trial trial;
    private final Check<T> check;
    private final Reached reached;
    private final Budget budget;
    private final ProcessWatch watch;
    /// The other outcome with interrupts.
    private int other;

    /// @param run makes the cases
    /// @param reached knows where calls have been
    /// @param budget how long it may take
    /// @param watch looks at the process
    Schedule(Run<T> run, Trial trial, Check<T> check, Reached reached, Budget budget, ProcessWatch watch) {
        this.run = run;
        this.trial = trial;
        this.check = check;
        this.reached = reached;
        this.budget = budget;
        this.watch = watch;
    }

    /// Every outcome, so often; the outcomes of a leaf are other ones each time.
    Verdict all(int iterations) {
        int done = 0;
        for (; done < iterations && (done == 0 || !budget.isOver(Budget.Part.CASES)); done++) {
            int i = done;
            List<T> outcomes = check.outcomes();
            for (int n = 0; n < outcomes.size(); n++) {
                T outcome = outcomes.get(n);
                List<Filling> fillings = trial.fillings().of(n, outcomes.size(), i, iterations);
                boolean isForInterrupts = isForInterrupts(i, n, outcomes.size());
                watched(outcome, () -> run.pair(outcome, new Round(i), fillings, isForInterrupts));
            }
        }
        budget.cases(done, iterations);
        for (int pointer : trial.arguments().nullable()) {
            trial.arguments().setNull(pointer);
            for (int i = 0; i < Math.min(iterations, NULLED); i++) {
                for (T outcome : check.outcomes()) {
                    Round round = new Round(i);
                    watched(outcome, () -> run.nulled(outcome, round));
                }
            }
            trial.arguments().setNull(-1);
        }
        for (int i = 0; i < BATCHES; i++) {
            for (T outcome : check.outcomes()) {
                long pairs = budget.pairs((long) iterations * PAIRS / BATCHES, trial.meanTime(),
                        (BATCHES - i) * check.outcomes().size());
                Round round = new Round(i);
                watched(outcome, () -> run.batch(outcome, pairs, round));
            }
        }
        explore(Math.min(iterations, Walks.rounds(check.outcomes().size())));
        return run.verdict();
    }

    /// Cases step by step, and cases that reach what those do not; and lengths, where a function has numbers as
    /// arguments.
    private void explore(int rounds) {
        Explorer<T> explorer = new Explorer<>(trial, check, reached,
                () -> budget.isOver(Budget.Part.ALL), new Explorer.Calls<>() {
            @Override
            public void walk(T outcome, Round round) {
                watched(outcome, () -> run.walk(outcome, round));
            }

            @Override
            public void pair(T outcome, Round round, boolean isForInterrupts) {
                watched(outcome, () -> {
                    if (trial.arguments().nulled().isPresent()) {
                        run.nulled(outcome, round);
                    } else {
                        run.pair(outcome, round, List.of(), isForInterrupts);
                    }
                });
            }
        });
        explorer.walk(rounds);
        if (trial.contract().effect().isEmpty() && trial.contract().signature().convention().isC()) {
            explorer.lengths();
        }
        explorer.explore();
    }

    /// Make calls, and look at the process behind them.
    private void watched(T outcome, Runnable some) {
        watch.during(trial.contract(), some);
        if (watch.look(run.over(outcome), this::callUnseen)) {
            run.give(outcome);
        }
    }

    private void callUnseen() {
        try {
            trial.call();
        } catch (WrapperCrash e) {
            // Others have found that.
        }
    }

    /// Steps are signals, of some microseconds each: so there are two such calls of a routine, one with the first
    /// outcome and one with another.
    private boolean isForInterrupts(int round, int outcome, int outcomes) {
        if (round == INTERRUPTED) {
            other = outcome == 0 ? trial.random().nextInt(outcomes) : other;
            return outcome == 0;
        }
        return round == INTERRUPTED + 1 && outcome == other;
    }
}
