package dev.trampette.verify;

import dev.trampette.call.WrapperCrash;
import dev.trampette.probe.AsideExecution;
import dev.trampette.spec.Gpr;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.trial.Aftermath;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Filling;
import dev.trampette.verify.trial.Findings;
import dev.trampette.verify.trial.Observation;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Round;
import dev.trampette.verify.walk.Explorer;
import dev.trampette.verify.walk.Looker;
import dev.trampette.verify.walk.Reached;
import dev.trampette.verify.walk.Walks;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The cases of one routine.
final class Run<T> {

    /// Pairs in batches, for each pair that is looked at in full.
    private static final int PAIRS = 50;
    /// The round with interrupts; the next has them too.
    private static final int INTERRUPTED = 3;
    /// Rounds with NULL for a pointer.
    private static final int NULLED = 4;
    /// How often a batch is begun again, when a call of it ended in a function that does not return.
    private static final int ENDS = 10;
    /// Crashes at one place: so many are enough.
    private static final int CRASHES = 8;
    /// Batches for each outcome.
    private static final int BATCHES = 5;

    private final Trial trial;
    private final Check<T> check;
    private final Findings findings;
    private final Blame blame;
    private final Walks walks;
    private final Reached reached;
    private final Optional<Reference> reference;
    private final Budget budget;
    private final ProcessWatch watch;
    /// The outcomes that are tried no longer: they ran out of time, or forked, once is enough, or have crashed often
    /// enough.
    private final Set<String> given = new HashSet<>();
    private final Map<String, Integer> crashes = new HashMap<>();
    private long calls;
    /// Whether a call of the case broke something because of what was above its narrow arguments.
    private boolean isNarrow;
    /// The other outcome with interrupts.
    private int other;

    /// @param lookers who looks at calls that are made step by step
    /// @param reached looks at them too
    /// @param reference knows what must come out
    /// @param budget how long it may take
    /// @param watch looks at the process
    Run(Trial trial, Check<T> check, List<Looker> lookers, Reached reached, Optional<Reference> reference,
            Budget budget, ProcessWatch watch, Arena arena) {
        this.trial = trial;
        this.check = check;
        this.findings = new Findings(Rule.advice(trial.contract()));
        this.blame = new Blame(trial, findings);
        this.walks = new Walks(trial, Stream.concat(lookers.stream(), Stream.of(reached)).toList(), arena);
        this.reached = reached;
        this.reference = reference;
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
                watched(outcome, () -> pair(outcome, new Round(i), fillings, isForInterrupts));
            }
        }
        budget.cases(done, iterations);
        for (int pointer : trial.arguments().nullable()) {
            trial.arguments().setNull(pointer);
            for (int i = 0; i < Math.min(iterations, NULLED); i++) {
                for (T outcome : check.outcomes()) {
                    Round round = new Round(i);
                    watched(outcome, () -> nulled(outcome, round));
                }
            }
            trial.arguments().setNull(-1);
        }
        for (int i = 0; i < BATCHES; i++) {
            for (T outcome : check.outcomes()) {
                long pairs = budget.pairs((long) iterations * PAIRS / BATCHES, trial.meanTime(),
                        (BATCHES - i) * check.outcomes().size());
                Round round = new Round(i);
                watched(outcome, () -> batch(outcome, pairs, round));
            }
        }
        explore(Math.min(iterations, Walks.rounds(check.outcomes().size())));
        return new Verdict(trial.contract(), calls, findings.ranked(), Stream.concat(budget.shortage().stream(),
                trial.externals().unsaid().stream()).toList(), reached.coverage());
    }

    /// Cases step by step, and cases that reach what those do not; and lengths, where a function has numbers as
    /// arguments.
    private void explore(int rounds) {
        Explorer<T> explorer = new Explorer<>(trial, check, reached,
                () -> budget.isOver(Budget.Part.ALL), new Explorer.Calls<>() {
            @Override
            public void walk(T outcome, Round round) {
                watched(outcome, () -> Run.this.walk(outcome, round));
            }

            @Override
            public void pair(T outcome, Round round, boolean isForInterrupts) {
                watched(outcome, () -> {
                    if (trial.arguments().nulled().isPresent()) {
                        nulled(outcome, round);
                    } else {
                        Run.this.pair(outcome, round, List.of(), isForInterrupts);
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
        if (watch.look(over(outcome), this::callUnseen)) {
            given.add(name(outcome));
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

    /// A new case.
    private void pair(T outcome, Round round, List<Filling> fillings, boolean isForInterrupts) {
        if (isOver(outcome)) {
            return;
        }
        trial.renew(round);
        check.script(outcome);
        findings.mark();
        Optional<Observation> same = compare(outcome);
        if (!isOver(outcome)) {
            check.unnoticed(outcome, () -> call(outcome)).ifPresent(rule -> over(outcome).broken(rule,
                    "the caller cannot tell it from success"));
        }
        same.ifPresent(first -> {
            reference.ifPresent(it -> it.compare(trial, over(outcome), first));
            if (isForInterrupts && !findings.isAnySinceMark()) {
                interrupted(outcome, first);
            }
            filled(outcome, fillings, first);
            if (round.isForLeaks() && !isOver(outcome)) {
                scrambled(outcome);
            }
        });
        if (round.hasOtherModes() && !isOver(outcome)) {
            trial.exchangeModes();
            call(outcome);
        }
    }

    /// A new case, in which a pointer is NULL: that is a path of its own.
    private void nulled(T outcome, Round round) {
        if (!isOver(outcome)) {
            trial.renew(round);
            check.script(outcome);
            Optional<Observation> same = compare(outcome);
            reference.ifPresent(it -> same.ifPresent(first -> it.compare(trial, over(outcome), first)));
        }
    }

    /// A new case, step by step: that it crashes, or does not end, others have found.
    private void walk(T outcome, Round round) {
        if (!isOver(outcome)) {
            trial.renew(round, check, outcome);
            calls++;
            walks.make(over(outcome));
        }
    }

    /// Two calls, with all changed in the second that must not matter; and when they differ, three more to say why.
    ///
    /// @return what a call of the case shows, when it comes back and does not depend on anything else
    private Optional<Observation> compare(T outcome) {
        isNarrow = false;
        Observation first = call(outcome);
        if (isOver(outcome)) {
            return Optional.empty();
        }
        change();
        Observation second = call(outcome);
        if (isOver(outcome)) {
            return Optional.empty();
        }
        if (isNarrow && first.isEmpty() != second.isEmpty()) {
            return Optional.empty();        // it is said why one of them has crashed
        }
        if (first.difference(second).isPresent()) {
            reasons(outcome, first, second);
            return Optional.empty();
        }
        change();
        return first.isEmpty() ? Optional.empty() : Optional.of(first);
    }

    /// More calls, with 0, 1 and -1 in what is not named: random values never are.
    private void filled(T outcome, List<Filling> fillings, Observation first) {
        for (Filling filling : fillings) {
            if (isOver(outcome) || budget.isOver(Budget.Part.ALL)) {
                return;
            }
            trial.fill(filling);
            Observation seen = call(outcome);
            first.difference(seen).ifPresent(where ->
                    depends(outcome, Rule.UNDEFINED_READ, where, ", with " + filling, first, seen));
            trial.empty();
        }
    }

    /// Two more calls, with other values in what the other side writes and nobody may keep: all registers, vectors and
    /// masks must come out the same. So anything is found that is derived from such a value, whatever was made of it.
    private void scrambled(T outcome) {
        findings.mark();
        boolean isEnd = call(outcome).isEnd();
        Aftermath first = new Aftermath(trial.probe());
        if (isEnd || findings.isAnySinceMark() || !check.isScrambled(outcome)) {
            return;
        }
        call(outcome);
        if (!findings.isAnySinceMark()) {
            first.difference(new Aftermath(trial.probe())).ifPresent(place ->
                    over(outcome).depends(Rule.LEAK_IN, place.name(), place.first(), place.second()));
        }
    }

    /// One call with an interrupt between any two instructions.
    private void interrupted(T outcome, Observation first) {
        Observation seen = new Observation();
        Case c = over(outcome);
        calls++;
        try {
            if (!trial.isInterrupted()) {
                return;
            }
            look(outcome, c, seen);
        } catch (WrapperCrash crash) {
            crashed(outcome, c, crash, seen);
            if (!seen.isEnd()) {
                return;
            }
        }
        first.difference(seen).ifPresent(where ->
                depends(outcome, Rule.RED_ZONE, where, ", with an interrupt between instructions", first, seen));
    }

    /// What the result depends on: a state that no call shows, narrow arguments, or something else.
    private void reasons(T outcome, Observation first, Observation second) {
        change();
        Observation again = call(outcome);
        Optional<String> differs = first.difference(again);
        if (differs.isPresent()) {
            depends(outcome, Rule.UNDEFINED_READ, differs.get(), ", called with the same values", first, again);
            return;
        }
        trial.changeNarrow();
        Observation narrow = call(outcome);
        trial.changeNarrow();
        trial.changeUnnamed();
        Observation unnamed = call(outcome);
        Optional<String> byNarrow = first.difference(narrow);
        Optional<String> byUnnamed = byNarrow.isPresent() && isByNarrow(outcome) ? Optional.empty()
                : first.difference(unnamed);
        byNarrow.ifPresent(where -> depends(outcome, Rule.NARROW_ARGUMENT, where, "", first, narrow));
        byUnnamed.ifPresent(where -> depends(outcome, Rule.UNDEFINED_READ, where, "", first, unnamed));
        if (byNarrow.isEmpty() && byUnnamed.isEmpty()) {
            first.difference(second).ifPresent(where ->
                    depends(outcome, Rule.UNDEFINED_READ, where, "", first, second));
        }
    }

    /// Whether nothing else matters when 0 is above narrow arguments: what they lead to is no second rule.
    private boolean isByNarrow(T outcome) {
        Runnable back = trial.clearNarrow();
        Observation first = call(outcome);
        trial.changeUnnamed();
        Observation second = call(outcome);
        trial.changeUnnamed();
        back.run();
        return first.difference(second).isEmpty();
    }

    private void change() {
        trial.changeUnnamed();
        trial.changeNarrow();
    }

    /// Many pairs, with a few sets of pointers and ranges; the first that breaks something is looked at in full.
    private void batch(T outcome, long pairs, Round round) {
        if (pairs == 0 || check.executions(outcome) == 0 || !trial.isBatchable() || isOver(outcome)) {
            return;
        }
        OptionalLong result = OptionalLong.empty();
        for (int tries = 0; tries < ENDS && result.isEmpty(); tries++) {
            trial.renew(round);
            check.script(outcome);
            try {
                result = OptionalLong.of(trial.batch(check.executions(outcome), pairs,
                        findings.isAdvised()));
            } catch (WrapperCrash crash) {
                calls++;
                int known = findings.size();
                crashed(outcome, over(outcome), crash, new Observation());
                if (crash.kind() != WrapperCrash.Kind.END) {
                    narrow(outcome, known, () -> trial.arguments().clearNarrow(trial.probe()), trial::callAgain);
                    blame.askOfCrashInBatch();
                    return;
                }
            }
        }
        if (result.isPresent()) {
            held(outcome, result.getAsLong(), pairs);
        }
    }

    private void held(T outcome, long held, long pairs) {
        calls += held;
        Case c = over(outcome);
        if (held == 2 * pairs) {
            trial.arguments().check(c, (_, _, _, _) -> { });
            return;
        }
        long firstResult = trial.probe().firstResult();
        long result = c.after().get(Gpr.RAX);
        findings.mark();
        int known = findings.size();
        boolean wasAdvised = findings.isAdvised();
        check.look(outcome, c, new Observation());
        narrow(outcome, known, () -> trial.arguments().clearNarrow(trial.probe()), trial::callAgain);
        blame.askOfBatch();
        boolean isAdvice = findings.isAdvised() && !wasAdvised;
        if (!findings.isAnySinceMark() && !isAdvice) {
            compare(outcome);
        }
        if (!findings.isAnySinceMark() && !isAdvice) {
            c.depends(Rule.UNDEFINED_READ, "rax, in a batch only", OptionalLong.of(firstResult),
                    OptionalLong.of(result));
        }
    }

    private void depends(T outcome, Rule rule, String where, String how, Observation first, Observation second) {
        over(outcome).depends(rule, where + how, first.get(where), second.get(where));
    }

    private Observation call(T outcome) {
        Observation seen = new Observation();
        int known = findings.size();
        boolean isBack = isBack(outcome, findings, seen, trial::call);
        narrow(outcome, known, trial::clearNarrow, trial::call);
        if (isBack) {
            blame.ask();
        } else {
            blame.askOfCrash();
        }
        return seen;
    }

    /// One call.
    ///
    /// @param sink where findings go
    /// @return whether it came back, or ended in a function that does not return
    private boolean isBack(T outcome, Findings sink, Observation seen, Runnable call) {
        Case c = over(outcome, sink);
        calls++;
        try {
            call.run();
            watch.endWhenLost();
            look(outcome, c, seen);
            return true;
        } catch (WrapperCrash crash) {
            crashed(outcome, c, crash, seen);
            return crash.kind() == WrapperCrash.Kind.END;
        }
    }

    /// When a call of a function has broken something, and does not with 0 above its narrow arguments, it is that.
    ///
    /// @param known how many findings there were before the call
    /// @param clear lets 0 be above them, and says how to put back what was there
    /// @param call makes the call once more
    private void narrow(T outcome, int known, Supplier<Runnable> clear, Runnable call) {
        Set<Rule> advice = Rule.advice(trial.contract());
        List<Finding> broken = findings.since(known).stream().filter(one -> !advice.contains(one.rule())).toList();
        List<String> narrow = broken.isEmpty() || trial.contract().effect().isPresent() ? List.of()
                : trial.arguments().narrow(trial.probe());
        if (narrow.isEmpty()) {
            return;
        }
        Findings others = new Findings(advice);
        Runnable back = clear.get();
        isBack(outcome, others, new Observation(), call);
        back.run();
        if (!others.isAnySinceMark()) {
            isNarrow = true;
            Finding first = broken.getFirst();
            findings.forget(known);
            over(outcome).broken(Rule.NARROW_ARGUMENT, "%s %s, not with 0 above %s".formatted(first.rule(),
                    first.at().map(place -> "at " + place).orElse("of " + first.where()),
                    String.join(" and ", narrow)));
        }
    }

    private void look(T outcome, Case c, Observation seen) {
        check.look(outcome, c, seen);
        asides(seen);
        if (!seen.isEmpty()) {
            trial.externals().observe(trial.script().externalCalls(), seen);
        }
    }

    /// What goes out beside the instruction: to model-specific registers, ports, control registers.
    private void asides(Observation seen) {
        int n = 0;
        for (AsideExecution aside : trial.probe().asides()) {
            n++;
            String where = " of %s, at %s, %d".formatted(aside.what(), trial.probe().locate(aside.rip()), n);
            if (!aside.what().selector().isEmpty()) {
                seen.put(aside.what().selector() + where, aside.selector());
            }
            if (!aside.what().sent().isEmpty()) {
                seen.put(aside.what().sent() + where, aside.sent());
            }
        }
    }

    private void crashed(T outcome, Case c, WrapperCrash crash, Observation seen) {
        if (crash.kind() == WrapperCrash.Kind.END) {
            c.ended(crash, check.mayEnd(outcome));
            check.ended(outcome, c, seen);
            seen.end(trial.externals().name(crash.external()));
            trial.externals().observe(trial.script().externalCalls(), seen);
            return;
        }
        boolean isOften = trial.contract().effect().isEmpty()      // where an instruction fails, UD2 is a way to end
                && crashes.merge(name(outcome) + " " + crash.place(), 1, Integer::sum) >= CRASHES;
        if (isOften || crash.kind() == WrapperCrash.Kind.HANG) {
            given.add(name(outcome));
        }
        check.crashed(outcome, c, crash);
    }

    private boolean isOver(T outcome) {
        return given.contains(name(outcome));
    }

    private String name(T outcome) {
        return trial.arguments().nulled().map(name -> "null " + name).orElseGet(() -> check.name(outcome));
    }

    private Case over(T outcome) {
        return over(outcome, findings);
    }

    private Case over(T outcome, Findings sink) {
        return new Case(trial, name(outcome), check::addTo, sink);
    }
}
