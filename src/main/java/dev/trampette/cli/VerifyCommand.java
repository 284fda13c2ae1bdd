package dev.trampette.cli;

import dev.trampette.abi.SpecimenResult;
import dev.trampette.abi.Verdict;
import dev.trampette.abi.Verifier;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.SpecimenReport;
import dev.trampette.report.VerificationReport;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `verify`: hold wrappers against their contracts, on every outcome of their instruction; or the verifier against
/// wrappers that are broken on purpose.
@Command(name = "verify", description = "Check wrappers register by register, on every outcome.")
final class VerifyCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "NAME",
            description = "Wrappers, by name or with wildcards: trampoline_*. Default: all.")
    private List<String> names = List.of("*");

    @Option(names = "--specimens",
            description = "Check wrappers that are broken on purpose, each against the rule that must find it, and "
                    + "their repaired twins.")
    private boolean specimens;

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Option(names = "--iterations", paramLabel = "N", defaultValue = "" + Verifier.ITERATIONS,
            description = "How often each outcome is looked at in full; there are 50 more pairs of calls to each. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int iterations;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (iterations < 1) {
            throw new InputException("nothing to try, --iterations=" + iterations);
        }
        return specimens ? specimens() : wrappers();
    }

    private int wrappers() {
        Verifier verifier = new Verifier(Image.shim(), seed, iterations);
        List<Contract> wrappers = select(verifier.wrappers(), "wrapper", "./trampette list wrappers names all");
        long start = System.nanoTime();
        List<Verdict> verdicts = verify(verifier, wrappers);
        VerificationReport report = new VerificationReport(verdicts, seed, System.nanoTime() - start);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    /// Verify wrappers one after the other, and show how far it is.
    static List<Verdict> verify(Verifier verifier, List<Contract> wrappers) {
        return each(wrappers, verifier::verify);
    }

    private int specimens() {
        List<Contract> chosen = select(SpecimenResult.all(), "specimen", "they are in src/test/asm").stream()
                .filter(specimen -> SpecimenResult.lacks(specimen).map(reason -> {
                    System.err.printf("skipped: %s, %s%n", specimen.symbol(), reason);
                    return false;
                }).orElse(true)).toList();
        long start = System.nanoTime();
        List<SpecimenResult> results = each(chosen, specimen -> SpecimenResult.of(specimen, seed, iterations));
        SpecimenReport report = new SpecimenReport(results, seed, System.nanoTime() - start);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    private static <T> List<T> each(List<Contract> contracts, Function<Contract, T> verify) {
        try (Progress progress = new Progress("verifying", contracts.size())) {
            return contracts.stream().map(contract -> {
                progress.step(contract.symbol());
                return verify.apply(contract);
            }).toList();
        }
    }

    private List<Contract> select(List<Contract> all, String what, String hint) {
        List<PathMatcher> globs = names.stream().map(VerifyCommand::glob).toList();
        for (int i = 0; i < globs.size(); i++) {
            PathMatcher glob = globs.get(i);
            if (all.stream().noneMatch(contract -> glob.matches(Path.of(contract.symbol())))) {
                throw new InputException("no %s is called %s; %s".formatted(what, names.get(i), hint));
            }
        }
        return all.stream()
                .filter(contract -> globs.stream().anyMatch(glob -> glob.matches(Path.of(contract.symbol()))))
                .toList();
    }

    private static PathMatcher glob(String name) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + name);
        } catch (PatternSyntaxException e) {
            throw new InputException("not a pattern (%s), NAME=%s".formatted(e.getDescription(), name));
        }
    }
}
