package dev.trampette.verify.trace;

import dev.trampette.call.WrapperCrash;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.probe.Recording;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.trace.Profile.Kind;
import dev.trampette.verify.trace.Profile.Scene;
import dev.trampette.verify.trace.Profile.Seen;
import dev.trampette.verify.trial.Case;
import dev.trampette.verify.trial.Check;
import dev.trampette.verify.trial.Findings;
import dev.trampette.verify.trial.Trial;
import dev.trampette.verify.values.Dealer;
import dev.trampette.verify.values.Draws;
import dev.trampette.verify.values.Numbers;
import dev.trampette.verify.values.Pairing;
import dev.trampette.verify.values.Round;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Calls a routine in cases that depend on the seed and on names alone, and says what it did: see [Profile]. Another
/// routine that is given the same seed has the same arguments, memory and answers, in whatever process it runs.
public final class Profiler {

    /// A round in which no value is at an end, for answers that are not the same in number for both.
    private static final Round PLAIN = new Round(2);
    /// Neighbouring cases have seeds that are far apart.
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    /// How many cases have NULL for a pointer.
    private static final int NULLED = 4;

    private final Image image;
    private final long seed;
    private final int cases;

    /// A profiler for routines of any image.
    ///
    /// @param image whose runtime probes
    /// @param seed where the random values start
    /// @param cases how often each outcome is looked at
    public Profiler(Image image, long seed, int cases) {
        this.image = image;
        this.seed = seed;
        this.cases = cases;
    }

    /// Call it with all outcomes.
    ///
    /// @param target the routine
    /// @param pairing it, and the one that it is compared with
    /// @return what it did in each case
    /// @throws UncheckedException when it wraps an instruction that no check knows
    public Profile profile(Target target, Pairing pairing) {
        Target common = target.with(pairing.contract());
        try (Arena arena = Arena.ofConfined()) {
            Numbers numbers = new Numbers();
            Trial trial = new Trial(image, common, new Draws(numbers), arena);
            return new Session<>(pairing, numbers, trial, Verifier.check(trial), new Recording(arena)).profile();
        }
    }

    /// The generator of a trial, which begins anew for each thing.
    private static final class Numbers implements RandomGenerator {

        private RandomGenerator current = new SplittableRandom(0);

        @Override
        public long nextLong() {
            return current.nextLong();
        }
    }

    /// One routine.
    private final class Session<T> {

        private final Pairing pairing;
        private final List<Pairing.Partner> partners;
        private final Numbers numbers;
        private final Trial trial;
        private final Check<T> check;
        private final Recording recording;
        private final Spectator spectator;
        private final List<Scene> scenes = new ArrayList<>();
        private final Map<String, Trace.Counts> counts = new LinkedHashMap<>();
        private final Set<String> routines = new LinkedHashSet<>();
        private final Set<String> hung = new LinkedHashSet<>();
        private Optional<String> obstacle = Optional.empty();

        Session(Pairing pairing, Numbers numbers, Trial trial, Check<T> check, Recording recording) {
            this.pairing = pairing;
            this.partners = pairing.partners();
            this.numbers = numbers;
            this.trial = trial;
            this.check = check;
            this.recording = recording;
            this.spectator = new Spectator(trial, pairing);
        }

        Profile profile() {
            routines.add(trial.contract().symbol());
            for (int number = 0; number < cases; number++) {
                numbers.current = dealer(number).of("the outcomes");
                for (T outcome : check.outcomes()) {
                    begin(outcome, number);
                    scene(outcome, check.name(outcome), number);
                    if (number == 0) {
                        count(outcome);
                    }
                }
            }
            for (int n = 0; n < partners.size(); n++) {
                if (partners.get(n).isNullable()) {
                    trial.arguments().setNull(n);
                    for (int number = 0; number < Math.min(cases, NULLED); number++) {
                        numbers.current = dealer(number).of("the outcomes");
                        T success = check.outcomes().getFirst();
                        begin(success, number);
                        scene(success, "null " + partners.get(n).name(), number);
                    }
                    trial.arguments().setNull(-1);
                }
            }
            return new Profile(trial.contract().symbol(), scenes, counts, List.copyOf(routines), obstacle);
        }

        private Dealer dealer(int number) {
            return name -> new Draws(seed * 31 + number * GOLDEN ^ (long) name.hashCode() << 20);
        }

        private void begin(T outcome, int number) {
            Dealer dealer = dealer(number);
            numbers.current = dealer.of("what has no name");
            trial.renew(pairing.hasSameAnswers() ? round(number) : PLAIN);
            trial.deal(round(number), partners, dealer);
            numbers.current = dealer.of("the answers to " + check.name(outcome));
            check.script(outcome);
        }

        /// First one in which all is random, so that all has a name; none in which two arguments are equal.
        private static Round round(int number) {
            return number == 0 ? PLAIN : new Round(number + (number - 1) / 3);
        }

        private void scene(T outcome, String name, int number) {
            if (hung.contains(name)) {
                return;
            }
            Optional<WrapperCrash> crash = Optional.empty();
            try {
                trial.call();
            } catch (WrapperCrash e) {
                crash = Optional.of(e);
                if (e.kind() == WrapperCrash.Kind.HANG) {
                    hung.add(name);
                }
            }
            Case c = new Case(trial, name, check::addTo, new Findings(Set.of()));
            List<Seen> seen = spectator.look(c, crash);
            if (scenes.isEmpty()) {
                obstacle = obstacle(crash, seen);
            }
            scenes.add(new Scene(name, number, seen));
        }

        /// Why the first call, in which all succeeds, would not come to its end where nobody answers.
        private Optional<String> obstacle(Optional<WrapperCrash> crash, List<Seen> seen) {
            return crash.map(_ -> "it does not return").or(() -> trial.probe().asides().stream().findFirst()
                    .map(aside -> "it executes %s, which no process can".formatted(aside.what())))
                    .or(() -> seen.stream().filter(one -> one.kind() == Kind.REACHES && one.place().startsWith(
                            Spectator.CALL)).findFirst().map(one -> "it calls %s, which is not there".formatted(
                                    one.place().replaceFirst("^.* of ", ""))));
        }

        private void count(T outcome) {
            trial.probe().setDepth(0);      // code that aligns RSP has a stack of one size
            Trace trace = Tracer.record(trial, check.name(outcome), check::addTo, seed, recording);
            counts.put(check.name(outcome), trace.counts());
            routines.addAll(trace.steps().stream().map(step -> step.at().replaceFirst("\\+0x.*", ""))
                    .collect(Collectors.toCollection(LinkedHashSet::new)));
        }
    }
}
