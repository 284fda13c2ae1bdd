package dev.trampette.cli;

import dev.trampette.benchmarks.Panels;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Executed;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Run;
import dev.trampette.image.Image;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import dev.trampette.report.MergedReport;
import dev.trampette.report.ReportJson;
import dev.trampette.report.ReportText;
import dev.trampette.report.page.Page;
import dev.trampette.verdict.Verdict;
import dev.trampette.verify.Verifier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `report`: check every wrapper, measure every design, say what came out.
@Command(name = "report", description = "Check and measure all designs; print the comparison and write it to files.")
final class ReportCommand implements Callable<Integer> {

    private static final double NANOS = 1e9;

    @Option(names = "--out", defaultValue = "trampette-report", paramLabel = "DIR",
            description = "Where to write report.html, report.md and report.json. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--from", paramLabel = "FILE",
            description = "Measure nothing: draw the page of this report.json. --out is the file, and ends in .html; "
                    + "or in .svg, for its headline as a picture.")
    private Path from;

    @Option(names = "--seed", description = "The seed of the checks. Default: a random one, which is reported.")
    private Long seed;

    @Option(names = "--slots",
            description = "Write every slot too, to report.slots: a line for each group, in ns of a call.")
    private boolean slots;

    @Option(names = "--strict", description = "Exit status 1 when the run is not fit to be believed.")
    private boolean strict;

    @Option(names = "--merge", arity = "1..*", paramLabel = "REPORT.json",
            description = "Measure nothing: show the reports of several hosts side by side.")
    private List<Path> merged = List.of();

    @Mixin
    private MarginOption margin;

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
        if (!merged.isEmpty()) {
            MergedReport hosts = merge();
            format.print(hosts.table(), hosts.json());
            return Main.HOLDS;
        }
        margin.value();
        prepareDirectory();
        try (Interrupt interrupt = new Interrupt()) {
            return report(interrupt);
        }
    }

    private MergedReport merge() {
        Map<String, Map<?, ?>> hosts = new LinkedHashMap<>();
        for (Path file : merged) {
            Map<?, ?> json = read(file);
            String host = Host.key((Map<?, ?>) json.get("host"));
            if (hosts.put(host, json) != null) {
                throw new InputException("two reports of one kind of host (%s), --merge=%s".formatted(host, file));
            }
        }
        return new MergedReport(hosts);
    }

    private static Map<?, ?> read(Path file) {
        try {
            Map<?, ?> json = Json.read(Files.readString(file));
            if ("trampette-report".equals(json.get("kind")) && json.get("host") instanceof Map<?, ?>
                    && json.get("rows") instanceof List<?>) {
                return json;
            }
        } catch (IOException e) {
            throw new InputException("cannot read the file, --merge=" + file);
        } catch (RuntimeException e) {
            // said below
        }
        throw new InputException("no report.json, --merge=" + file);
    }

    private int report(Interrupt interrupt) {
        long begun = System.nanoTime();
        DoubleSupplier steal = Host.steal();
        Host host = Host.here();
        long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong();
        Verifier verifier = new Verifier(Image.shim(), chosen, Verifier.ITERATIONS);
        List<Verdict> verdicts = VerifyCommand.verify(verifier, verifier.wrappers(), interrupt::came);
        List<Panel> panels = plan.isQuick() ? Panels.quick()
                : Stream.concat(Panels.all().stream(), Stream.of(Panels.memoryBarrier())).toList();
        List<Fork> forks = plan.measure(panels, interrupt::came, Optional.empty());
        Comparison comparison = Comparison.of(panels, new Run(forks), margin.value());
        Map<String, Object> json;
        try (Arena arena = Arena.ofConfined()) {
            json = new ReportJson(comparison, verdicts, counts(arena), new ReportJson.About(host,
                    steal.getAsDouble(), chosen, (System.nanoTime() - begun) / NANOS, interrupt.came(),
                    command(chosen))).json();
        }
        ReportText text = new ReportText(json);
        write(text.markdown(), Json.text(json), forks);
        format.print(text::text, text::markdown, () -> json);
        boolean holds = verdicts.stream().allMatch(Verdict::holds);
        return holds && (comparison.fitness().isFit() || !strict) ? Main.HOLDS : Main.FINDINGS;
    }

    private static Function<String, Optional<Executed.Counts>> counts(Arena arena) {
        Executed executed = new Executed(arena);
        Map<String, Optional<Executed.Counts>> known = new HashMap<>();
        return symbol -> symbol.isEmpty() ? Optional.empty() : known.computeIfAbsent(symbol, executed::of);
    }

    private String command(long chosen) {
        return "./trampette report%s --seed %d".formatted(plan.isQuick() ? " --quick" : "", chosen);
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

    private void write(String markdown, String json, List<Fork> forks) {
        try {
            Files.writeString(out.resolve("report.md"), markdown);
            Files.writeString(out.resolve("report.json"), json);
            Files.writeString(out.resolve("report.html"), Page.html(json));
            if (slots) {
                Files.write(out.resolve("report.slots"), (Iterable<String>) IntStream.range(0, forks.size()).boxed()
                        .flatMap(fork -> Stream.concat(Stream.of("fork\t" + (fork + 1)), forks.get(fork).lines()))
                        ::iterator);
            }
        } catch (IOException e) {
            throw unwritable();
        }
        System.err.println("wrote report.html, report.md%s and report.json to %s".formatted(
                slots ? ", report.slots" : "", out));
    }

    private InputException unwritable() {
        return new InputException("cannot write to the directory, --out=" + out);
    }
}
