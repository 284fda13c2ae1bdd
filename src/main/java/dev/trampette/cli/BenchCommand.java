package dev.trampette.cli;

import dev.trampette.benchmarks.Panels;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Row;
import dev.trampette.cost.Run;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bench`: measure what is asked for.
@Command(name = "bench", description = "Measure some panels; compare them with an earlier build or result.")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--include", defaultValue = "", paramLabel = "REGEX",
            description = "Only what has a row whose name has a match, such as loop/TDCALL/4-outputs. Default: all "
                    + "but leaf/, of which there is one for each leaf.")
    private String include;

    @Option(names = "--leaves",
            description = "Only leaf/INSTRUCTION/LEAF; an expression that begins with leaf/ says so too.")
    private boolean leaves;

    @Option(names = "--margin", defaultValue = "0.02", paramLabel = "PART",
            description = "The difference that nobody cares for. Default: ${DEFAULT-VALUE}.")
    private double margin;

    @Mixin
    private PlanOption plan;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<Panel> panels = select(include, leaves);
        Comparison comparison = Comparison.of(panels, new Run(plan.measure(panels)), margin);
        comparison.fitness().reason().ifPresent(reason -> System.err.println("NOT FIT: " + reason));
        format.print(table(comparison), json(comparison));
        return Main.HOLDS;
    }

    /// @param leaves whether the panels of leaves are meant; else the expression says so
    static List<Panel> select(String include, boolean leaves) {
        try {
            Pattern pattern = Pattern.compile(include);
            boolean ofLeaves = leaves || include.startsWith("leaf/") || include.startsWith("^leaf/");
            List<Panel> panels = Stream.of(Panels.all(), Panels.others()).flatMap(List::stream)
                    .filter(panel -> (panel.layer() == Layer.LEAF) == ofLeaves)
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

    private static Table table(Comparison comparison) {
        Table table = new Table("benchmark", "state", "ns", "[95 %]", "ratio", "[95 %] of it", "verdict")
                .wrap("benchmark", "verdict").drop("[95 %]");
        comparison.rows().forEach(row -> table.row(row.name(), row.state(), figure(row.ns().value(), 2),
                row.ns().range(2), figure(row.ratio().value(), 3), row.ratio().range(3),
                row.judgement() == null ? "" : row.judgement()));
        return table;
    }

    private static String figure(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static Object json(Comparison comparison) {
        return Json.object("host", Host.here().json(), "rows",
                comparison.rows().stream().map(BenchCommand::json).toList());
    }

    private static Object json(Row row) {
        return Json.object(
                "name", row.name(),
                "state", row.state().label(),
                "nsPerCall", Json.figure(row.ns().value()),
                "low", Json.figure(row.ns().low()),
                "high", Json.figure(row.ns().high()),
                "ratio", Json.ratio(row.ratio().value()),
                "ratioLow", Json.ratio(row.ratio().low()),
                "ratioHigh", Json.ratio(row.ratio().high()),
                "verdict", row.judgement() == null ? null : row.judgement().label());
    }
}
