package dev.trampette.cli;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.ForeignReport;
import dev.trampette.report.SpecimenReport;
import dev.trampette.report.VerificationReport;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.SpecimenResult;
import dev.trampette.verify.Verifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `verify`: hold wrappers against their contracts, on every outcome of their instruction; or the verifier against
/// wrappers that are broken on purpose.
@Command(name = "verify", description = "Check wrappers register by register, on every outcome.")
final class VerifyCommand implements Callable<Integer> {

    /// More than a family in one design: then each is looked at less often.
    private static final int MANY = 250;

    @Parameters(arity = "0..*", paramLabel = "NAME",
            description = "Wrappers, by name or with wildcards: trampoline_*. Default: all. Or code from outside, "
                    + "FILE or FILE:SYMBOL: an object, a shared object, or a source in assembly or C; flags of the "
                    + "compiler come after --.")
    private List<String> names = List.of("*");

    @Option(names = "--specimens",
            description = "Check wrappers that are broken on purpose, each against the rule that must find it, and "
                    + "their repaired twins.")
    private boolean specimens;

    @Option(names = "--table", paramLabel = "FILE",
            description = "Check the wrappers of this table, a file or the name of a shipped one: they are generated "
                    + "in all designs, assembled, and deleted afterwards.")
    private Path table;

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Option(names = "--iterations", paramLabel = "N",
            description = "How often each outcome is looked at in full; there are 50 more pairs of calls to each. "
                    + "Default: " + Verifier.ITERATIONS + "; " + Verifier.ITERATIONS_OF_MANY + " for more than "
                    + MANY + " shipped wrappers.")
    private Integer iterations;

    @Option(names = "--verbose", description = "Of files: show all findings, and not a screenful for each routine.")
    private boolean verbose;

    @Option(names = "--asm", description = "Of files: only the asm statements of C, against their constraints.")
    private boolean onlyAsm;

    @Mixin
    private HeaderOption header;

    @Mixin
    private ForeignOption foreign;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (iterations != null && iterations < 1) {
            throw new InputException("nothing to try, --iterations=" + iterations);
        }
        if (specimens && table != null) {
            throw new InputException("--specimens and --table do not go together");
        }
        if (header.isGiven()) {
            return header.with(names, this::foreign);
        }
        return specimens ? specimens() : CodeNames.areMeant(names) ? foreign(names) : wrappers();
    }

    private int iterations(int wrappers) {
        return iterations != null ? iterations
                : wrappers > MANY ? Verifier.ITERATIONS_OF_MANY : Verifier.ITERATIONS;
    }

    private int foreign(List<String> names) {
        long start = System.nanoTime();
        ForeignReport report = new ForeignReport(foreign.verify(names, seed, iterations(1), onlyAsm).stream()
                .map(outcome -> new ForeignReport.Row(outcome.symbol(), outcome.verdict(), outcome.assumptions(),
                        outcome.refusal().orElse(""))).toList(), seed, System.nanoTime() - start, verbose);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    private int wrappers() {
        Image image = table == null ? Image.shim() : TableImage.of(TableFile.read(table), table.toString());
        List<Contract> all = image.contracts().stream()
                .filter(contract -> table == null || !contract.leaf().isEmpty()).toList();
        if (all.isEmpty()) {
            throw new InputException("no leaf of the table has a wrapper, --table=" + table);
        }
        List<Contract> wrappers = select(all, "wrapper");
        Verifier verifier = new Verifier(image, seed, iterations(wrappers.size()));
        long start = System.nanoTime();
        List<Verdict> verdicts = verify(verifier, wrappers);
        VerificationReport report = new VerificationReport(verdicts, seed, System.nanoTime() - start);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    /// Verify wrappers on all processors, and show how far it is. The random values of a wrapper are its own: so the
    /// verdicts are the same, whatever the number of threads.
    static List<Verdict> verify(Verifier verifier, List<Contract> wrappers) {
        return verify(verifier, wrappers, () -> false);
    }

    /// The same until somebody wants an end: the verdicts so far.
    static List<Verdict> verify(Verifier verifier, List<Contract> wrappers, BooleanSupplier stopped) {
        return each(wrappers, wrapper -> stopped.getAsBoolean() ? Optional.<Verdict>empty()
                : Optional.of(verifier.verify(wrapper))).stream().flatMap(Optional::stream).toList();
    }

    private int specimens() {
        List<Contract> chosen = select(SpecimenResult.all(), "specimen").stream()
                .filter(specimen -> SpecimenResult.lacks(specimen).map(reason -> {
                    System.err.printf("skipped: %s, %s%n", specimen.symbol(), reason);
                    return false;
                }).orElse(true)).toList();
        long start = System.nanoTime();
        List<SpecimenResult> results = each(chosen, specimen -> SpecimenResult.of(specimen, seed, iterations(1)));
        SpecimenReport report = new SpecimenReport(results, seed, System.nanoTime() - start);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    private static <T> List<T> each(List<Contract> contracts, Function<Contract, T> verify) {
        try (Progress progress = new Progress("verifying", contracts.size())) {
            return Threads.map(contracts, contract -> {
                progress.step(contract.symbol());
                return verify.apply(contract);
            });
        }
    }

    private List<Contract> select(List<Contract> all, String what) {
        return Names.select(names, what, all, contract -> Stream.of(contract.symbol()),
                "./trampette list %ss names all".formatted(what));
    }
}
