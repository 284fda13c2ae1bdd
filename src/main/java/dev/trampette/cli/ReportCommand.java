package dev.trampette.cli;

import dev.trampette.abi.Verdict;
import dev.trampette.abi.Verifier;
import dev.trampette.benchmarks.ComparisonRun;
import dev.trampette.benchmarks.Subject;
import dev.trampette.image.Image;
import dev.trampette.report.ComparisonReport;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `report`: check every wrapper, measure every design, say what came out.
@Command(name = "report", description = "Check and measure all designs; print the comparison and write it to files.")
final class ReportCommand implements Callable<Integer> {

    @Option(names = "--out", defaultValue = "trampette-report", paramLabel = "DIR",
            description = "Where to write report.md and report.json. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--from", paramLabel = "FILE",
            description = "Measure nothing: draw the page of this report.json. --out is the file, and ends in .html.")
    private Path from;

    @Option(names = "--seed", description = "The seed of the checks. Default: a random one, which is reported.")
    private Long seed;

    @Mixin
    private PlanOption plan;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        if (from != null) {
            PageFile.write(from, out);
            return Main.HOLDS;
        }
        prepareDirectory();
        long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong();
        Verifier verifier = new Verifier(Image.shim(), chosen, Verifier.ITERATIONS);
        List<Verdict> verdicts = VerifyCommand.verify(verifier, verifier.wrappers());
        ComparisonReport report = new ComparisonReport(Host.here(), chosen, verdicts,
                ComparisonRun.comparison(plan.measure(Subject.comparison())));
        write(report);
        format.print(report::text, report::markdown, report::json);
        return report.holds() ? Main.HOLDS : Main.FINDINGS;
    }

    /// Before the long work, not after it.
    private void prepareDirectory() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw unwritable();
        }
        if (!Files.isWritable(out)) {
            throw unwritable();
        }
    }

    private void write(ComparisonReport report) {
        try {
            Files.writeString(out.resolve("report.md"), report.markdown());
            Files.writeString(out.resolve("report.json"), Json.text(report.json()));
        } catch (IOException e) {
            throw unwritable();
        }
        System.err.println("wrote " + out.resolve("report.md") + " and " + out.resolve("report.json"));
    }

    private InputException unwritable() {
        return new InputException("cannot write to the directory, --out=" + out);
    }
}
