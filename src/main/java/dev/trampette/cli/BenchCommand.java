package dev.trampette.cli;

import dev.trampette.benchmarks.Earlier;
import dev.trampette.benchmarks.Panels;
import dev.trampette.call.ImageException;
import dev.trampette.cost.Change;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Judgement;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Run;
import dev.trampette.image.Image;
import dev.trampette.report.BenchReport;
import dev.trampette.report.EarlierResult;
import dev.trampette.report.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bench`: measure what is asked for, and compare it with an earlier build or result.
@Command(name = "bench", description = "Measure some rows; compare them with an earlier build or result.")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--include", defaultValue = "", paramLabel = "REGEX",
            description = "Only what has a row whose name has a match, such as loop/TDCALL/4-outputs. Default: all "
                    + "but leaf/, of which there is one for each leaf.")
    private String include;

    @Option(names = "--leaves",
            description = "Only leaf/INSTRUCTION/LEAF; an expression that begins with leaf/ says so too.")
    private boolean leaves;

    @Option(names = "--vs", paramLabel = "DIR|FILE",
            description = "An earlier build, its directory or its jar: its wrappers are measured in the same groups. "
                    + "Or an earlier result, report.json or what --format json printed: ratios to the reference are "
                    + "compared. Exit status 1 when something is dearer.")
    private Path earlier;

    @Option(names = "--force", description = "Compare with a result of another host, too.")
    private boolean force;

    @Mixin
    private MarginOption margin;

    @Mixin
    private PlanOption plan;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<Panel> panels = select(include, leaves);
        margin.value();
        BenchReport report = earlier == null ? alone(panels)
                : earlier.toString().endsWith(".json") ? besideResult(panels) : besideBuild(panels);
        report.comparison().fitness().reason().ifPresent(reason -> System.err.println("NOT FIT: " + reason));
        format.print(report.table(), report.json());
        return report.changes().stream().anyMatch(change -> change.judgement() == Judgement.DEARER)
                ? Main.FINDINGS : Main.HOLDS;
    }

    private BenchReport alone(List<Panel> panels) {
        return new BenchReport(Comparison.of(panels, new Run(plan.measure(panels)), margin.value()), List.of());
    }

    private BenchReport besideResult(List<Panel> panels) {
        EarlierResult result = result();
        if (!force && !result.isOf(Host.here())) {
            throw new InputException("a result of another host (%s): say --force to compare all the same, --vs=%s"
                    .formatted(result.host(), earlier));
        }
        if (panels.stream().noneMatch(panel -> panel.labels().stream().map(panel::name).anyMatch(result::has))) {
            throw new InputException("nothing to compare, none of these rows is in --vs=" + earlier);
        }
        Comparison comparison = Comparison.of(panels, new Run(plan.measure(panels)), margin.value());
        return new BenchReport(comparison, result.changes(comparison));
    }

    private EarlierResult result() {
        try {
            return EarlierResult.read(Files.readString(earlier));
        } catch (IOException e) {
            throw new InputException("cannot read the file, --vs=" + earlier);
        } catch (RuntimeException e) {
            throw new InputException("no result of `bench --format json` or `report`, --vs=" + earlier);
        }
    }

    private BenchReport besideBuild(List<Panel> panels) {
        Path image = image();
        Image before = load(image);
        List<Panel> beside = panels.stream().map(panel -> Earlier.beside(panel, before)).toList();
        if (beside.equals(panels)) {
            throw new InputException("nothing to compare, none of these rows is in --vs=" + earlier);
        }
        Run run = new Run(plan.measure(beside, () -> false, Optional.of(image)));
        return new BenchReport(Comparison.of(beside, run, margin.value()), Change.of(beside, run, margin.value()));
    }

    private Path image() {
        try {
            return Earlier.image(earlier).orElseThrow(() ->
                    new InputException("no build of Trampette: no null image in it, --vs=" + earlier));
        } catch (IOException e) {
            throw new InputException("neither a directory, nor a jar, nor a .json file, --vs=" + earlier);
        }
    }

    private Image load(Path image) {
        try {
            return Image.load(image);
        } catch (ImageException e) {
            throw new InputException("the null image of that build cannot be used: %s, --vs=%s"
                    .formatted(e.getMessage(), earlier));
        }
    }

    /// @param leaves whether the panels of leaves are meant; else the expression says so
    static List<Panel> select(String include, boolean leaves) {
        try {
            Pattern pattern = Pattern.compile(include);
            boolean ofLeaves = leaves || include.startsWith("leaf/") || include.startsWith("^leaf/");
            List<Panel> panels = (ofLeaves ? Stream.of(Panels.leaves()) : Stream.of(Panels.all(), Panels.others()))
                    .flatMap(List::stream)
                    .filter(panel -> panel.labels().stream()
                            .anyMatch(design -> pattern.matcher(panel.name(design)).find())).toList();
            if (panels.isEmpty()) {
                throw new InputException("no benchmark has such a name, --include=%s; ./trampette list benchmarks"
                        .formatted(include));
            }
            return panels;
        } catch (PatternSyntaxException e) {
            throw new InputException("not a regular expression (%s), --include=%s"
                    .formatted(e.getDescription(), include));
        }
    }
}
