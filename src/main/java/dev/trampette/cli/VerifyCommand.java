package dev.trampette.cli;

import dev.trampette.abi.Finding;
import dev.trampette.abi.Verdict;
import dev.trampette.abi.Verifier;
import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `verify`: hold wrappers against their contracts, on every outcome of their instruction.
@Command(name = "verify", description = "Check wrappers register by register, on every outcome.")
final class VerifyCommand implements Callable<Integer> {

    @Parameters(arity = "0..*", paramLabel = "NAME",
            description = "Wrappers, by name or with wildcards: trampoline_*. Default: all.")
    private List<String> names = List.of("*");

    @Option(names = "--seed", paramLabel = "N", description = "Where the random values start; a seed replays a run.")
    private long seed = ThreadLocalRandom.current().nextLong();

    @Option(names = "--iterations", paramLabel = "N", defaultValue = "20",
            description = "How often each outcome is tried. Default: ${DEFAULT-VALUE}.")
    private int iterations;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (iterations < 1) {
            throw new InputException("nothing to try, --iterations=" + iterations);
        }
        Verifier verifier = new Verifier(Image.shim(), seed, iterations);
        List<Contract> wrappers = wrappers(verifier);
        long start = System.nanoTime();
        List<Verdict> verdicts = verify(verifier, wrappers);
        long elapsed = System.nanoTime() - start;

        Table table = new Table("wrapper", "design", "cases", "verdict");
        verdicts.forEach(verdict -> table.row(verdict.contract().symbol(), verdict.contract().design(),
                verdict.cases(), verdict));
        format.print(() -> table.text() + findings(verdicts, "") + summary(verdicts),
                () -> table.markdown() + "\n" + findings(verdicts, "- ") + "\n" + summary(verdicts),
                () -> Json.object("wrappers", verdicts.stream().map(VerifyCommand::json).toList(),
                        "seed", seed, "elapsedNanos", elapsed));
        return verdicts.stream().allMatch(Verdict::holds) ? Main.HOLDS : Main.FINDINGS;
    }

    /// Verify wrappers one after the other, and show how far it is.
    static List<Verdict> verify(Verifier verifier, List<Contract> wrappers) {
        try (Progress progress = new Progress("verifying", wrappers.size())) {
            return wrappers.stream().map(wrapper -> {
                progress.step(wrapper.symbol());
                return verifier.verify(wrapper);
            }).toList();
        }
    }

    private List<Contract> wrappers(Verifier verifier) {
        List<PathMatcher> globs = names.stream().map(VerifyCommand::glob).toList();
        for (int i = 0; i < globs.size(); i++) {
            PathMatcher glob = globs.get(i);
            if (verifier.wrappers().stream().noneMatch(wrapper -> glob.matches(Path.of(wrapper.symbol())))) {
                throw new InputException("no wrapper is called %s; ./trampette list wrappers names all"
                        .formatted(names.get(i)));
            }
        }
        return verifier.wrappers().stream()
                .filter(wrapper -> globs.stream().anyMatch(glob -> glob.matches(Path.of(wrapper.symbol()))))
                .toList();
    }

    private static PathMatcher glob(String name) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + name);
        } catch (PatternSyntaxException e) {
            throw new InputException("not a pattern (%s), NAME=%s".formatted(e.getDescription(), name));
        }
    }

    private static String findings(List<Verdict> verdicts, String mark) {
        StringBuilder text = new StringBuilder();
        verdicts.forEach(verdict -> verdict.findings()
                .forEach(finding -> text.append(mark).append(finding).append('\n')));
        return text.toString();
    }

    private String summary(List<Verdict> verdicts) {
        long broken = verdicts.stream().filter(verdict -> !verdict.holds()).count();
        return "%d wrappers, %d cases: %s (seed %d)%n".formatted(verdicts.size(),
                verdicts.stream().mapToLong(Verdict::cases).sum(), broken == 0 ? "all hold" : broken + " broken", seed);
    }

    private static Map<String, Object> json(Verdict verdict) {
        Contract contract = verdict.contract();
        return Json.object(
                "name", contract.symbol(),
                "design", contract.design(),
                "image", "shim",
                "instruction", contract.instruction(),
                "leaf", contract.leaf().isEmpty() ? null : contract.leaf(),
                "cases", verdict.cases(),
                "verdict", verdict.holds() ? "holds" : "broken",
                "findings", verdict.findings().stream().map(VerifyCommand::json).toList());
    }

    private static Map<String, Object> json(Finding finding) {
        return Json.object(
                "rule", finding.rule().label(),
                "outcome", finding.outcome(),
                "register", finding.where(),
                "expected", finding.values().map(values -> "0x%x".formatted(values.expected())).orElse(null),
                "actual", finding.values().map(values -> "0x%x".formatted(values.actual())).orElse(null),
                "at", finding.at().orElse(null),
                "message", finding.line() + finding.values().map(values -> ", " + values).orElse(""));
    }
}
