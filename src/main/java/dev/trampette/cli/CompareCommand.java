package dev.trampette.cli;

import dev.trampette.benchmarks.PairGroups;
import dev.trampette.cli.foreign.Contest;
import dev.trampette.cli.foreign.Contestant;
import dev.trampette.cli.foreign.Outcome;
import dev.trampette.contract.Contract;
import dev.trampette.contract.Effect;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Fork;
import dev.trampette.cost.PairTime;
import dev.trampette.cost.Run;
import dev.trampette.image.Image;
import dev.trampette.report.CompareReport;
import dev.trampette.report.page.ComparePage;
import dev.trampette.trap.Successes;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import dev.trampette.verify.trace.Likeness;
import dev.trampette.verify.values.Pairing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `compare`: is the one routine the same as the other, and is it better?
@Command(name = "compare", description = "Lay two routines beside each other: behaviour, bytes, instructions, time.")
final class CompareCommand implements Callable<Integer> {

    /// A mail has so many columns.
    private static final int WIDTH = 80;

    /// Steps before anything is measured: each is verified, and looked at.
    private static final int LOOKS = 4;
    private static final int FORKS = 6;
    private static final Duration FORK = Duration.ofMillis(700);
    /// What an engineer waits for at most when a fork does not come to its end.
    private static final Duration LATE = Duration.ofSeconds(10);

    /// Broken rules with which the loop would not go on.
    private static final Set<Rule> FATAL = EnumSet.of(Rule.CALLEE_SAVED, Rule.STACK_BALANCE, Rule.STACK_WRITE,
            Rule.DIRECTION_FLAG, Rule.CRASH, Rule.HANG, Rule.SEGMENT_BASE);

    @Parameters(index = "0", paramLabel = "A", description = "A shipped wrapper: trampoline_cpuid. Or FILE:SYMBOL, "
            + "code from outside, as verify has it.")
    private String first;

    @Parameters(index = "1", paramLabel = "B", description = "What it is compared with, likewise.")
    private String second;

    @Parameters(index = "2..*", hidden = true)
    private List<String> flags = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Option(names = "--iterations", paramLabel = "N", defaultValue = "" + Verifier.ITERATIONS,
            description = "How often each outcome is looked at. Default: ${DEFAULT-VALUE}.")
    private int iterations;

    @Option(names = "--no-time", description = "Measure nothing.")
    private boolean noTime;

    @Mixin
    private PageOption page;

    @Mixin
    private ForeignOption foreign;

    @Mixin
    private MarginOption margin;

    @Mixin
    private FormatOption format;

    /// One of the two, verified.
    ///
    /// @param name as the user gave it
    /// @param contestant what it is; empty when it was not run, or when its process ended
    private record Verified(String name, Outcome outcome, Optional<Contestant> contestant) {
    }

    @Override
    public Integer call() {
        check();
        CompareReport report;
        try (Progress progress = new Progress("comparing", LOOKS + (noTime ? 0 : FORKS))) {
            progress.step("verifying A");
            Verified a = verify(first, 0);
            progress.step("verifying B");
            report = compare(a, verify(second, 1), progress);
        }
        page.write(report.json(), ComparePage::html);
        format.print(screen -> report.text(Math.min(screen, WIDTH)), report::markdown, report::json);
        return report.isSame() ? Main.HOLDS : Main.FINDINGS;
    }

    private void check() {
        if (iterations < 1) {
            throw new InputException("nothing to try, --iterations=" + iterations);
        }
        margin.value();
        flags.stream().findFirst().filter(flag -> !flag.startsWith("-")).ifPresent(third -> {
            throw new InputException("two routines at a time, and a third is " + third);
        });
        page.check();
    }

    private Verified verify(String name, int number) {
        List<String> words = Stream.concat(Stream.of(name), flags.stream()).toList();
        if (CodeNames.areMeant(words)) {
            CodeNames names = CodeNames.of(words);
            Outcome outcome = foreign.verifyOne(words, number, seed, iterations);
            return new Verified(name, outcome, outcome.verdict().filter(verdict -> verdict.calls() > 0).map(verdict ->
                    new Contestant(names.files(), names.compilerFlags(), verdict.contract())));
        }
        Contract contract = Names.wrapper(name, Image.shim().contracts(), "one wrapper for each side");
        Verdict verdict = new Verifier(Image.shim(), seed, iterations).verify(contract);
        return new Verified(name, new Outcome(contract.symbol(), Optional.of(verdict), List.of(), Optional.empty(),
                Optional.empty()), Optional.of(Contestant.shipped(contract)));
    }

    private CompareReport compare(Verified a, Verified b, Progress progress) {
        if (a.contestant.isEmpty() || b.contestant.isEmpty()) {
            return new CompareReport(side(a, Optional.empty()), side(b, Optional.empty()), Map.of(), Optional.empty(),
                    Optional.empty(), "", seed);
        }
        Contest contest = new Contest(List.of(a.contestant.get(), b.contestant.get()), foreign.limit());
        List<Contest.Result<Contest.Look>> looks = IntStream.range(0, 2)
                .mapToObj(number -> {
                    progress.step("looking at " + "AB".charAt(number));
                    return contest.look(number, seed, iterations);
                }).toList();
        Optional<Likeness> likeness = looks.get(0).result().flatMap(one -> looks.get(1).result().map(other ->
                Likeness.of(one.profile(), other.profile())));
        Optional<String> obstacle = Stream.concat(obstacle("A", a, looks.get(0)).stream(),
                obstacle("B", b, looks.get(1)).stream()).findFirst();
        List<Fork> forks = new ArrayList<>();
        if (!noTime && obstacle.isEmpty()) {
            obstacle = measure(contest, forks, progress);
        }
        return new CompareReport(side(a, Optional.of(looks.get(0))), side(b, Optional.of(looks.get(1))),
                new Pairing(b.contestant.get().contract(), a.contestant.get().contract(), false).renamed(), likeness,
                forks.isEmpty() ? Optional.empty() : Optional.of(time(forks)), noTime ? "" : obstacle.orElse(""),
                seed);
    }

    /// @return why there is no time, when there is none
    private static Optional<String> measure(Contest contest, List<Fork> forks, Progress progress) {
        Contest timed = new Contest(contest.contestants(), LATE);
        for (int fork = 0; fork < FORKS; fork++) {
            progress.step("measuring, fork %d".formatted(fork + 1));
            Contest.Result<Fork> result = timed.measure(FORK);
            if (result.result().isEmpty()) {
                forks.clear();
                return Optional.of("called again and again, one of the two came to no end: " + result.failure());
            }
            forks.add(result.result().get());
        }
        return Optional.empty();
    }

    private PairTime time(List<Fork> forks) {
        Run run = new Run(forks);
        return PairTime.of(Comparison.of(List.of(PairGroups.PANEL), run, margin.value()), run);
    }

    /// Why a routine cannot be measured.
    private static Optional<String> obstacle(String letter, Verified routine, Contest.Result<Contest.Look> look) {
        Contract contract = routine.contestant.orElseThrow().contract();
        return contract.effect().map(Effect::instruction).filter(instruction -> !Successes.exists(instruction))
                .map("nothing can stand for %s"::formatted)
                .or(() -> PairGroups.obstacle(contract))
                .or(() -> routine.outcome.verdict().orElseThrow().findings().stream().map(Finding::rule)
                        .filter(FATAL::contains).findFirst().map("the loop would not go on behind it: %s"::formatted))
                .or(() -> look.result().flatMap(it -> it.profile().obstacle()))
                .map(why -> "%s: %s".formatted(letter, why));
    }

    private static CompareReport.Side side(Verified routine, Optional<Contest.Result<Contest.Look>> look) {
        Optional<Contest.Look> seen = look.flatMap(Contest.Result::result);
        return new CompareReport.Side(routine.name, routine.outcome.verdict(), routine.outcome.assumptions(),
                routine.outcome.refusal().or(() -> look.map(Contest.Result::failure)).orElse(""),
                seen.map(Contest.Look::bytes).orElse(0L), seen.map(Contest.Look::sharedBytes).orElse(0L),
                seen.map(it -> it.profile().counts()).orElse(Map.of()));
    }
}
