package dev.trampette.cli;

import dev.trampette.benchmarks.Samples;
import dev.trampette.benchmarks.Subject;
import dev.trampette.cost.Interval;
import dev.trampette.report.Host;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bench`: measure what is asked for, and compare it with an earlier result.
@Command(name = "bench", description = "Run benchmarks; compare them with an earlier result.")
final class BenchCommand implements Callable<Integer> {

    @Option(names = "--include", defaultValue = "", paramLabel = "REGEX",
            description = "Only benchmarks whose name has a match, such as loop/trampoline/outputs-4. Default: all "
                    + "but leaf/DESIGN/LEAF, of which there is one for each wrapper.")
    private String include;

    @Option(names = "--leaves",
            description = "Only leaf/DESIGN/LEAF; an expression that begins with leaf/ says so too.")
    private boolean leaves;

    @Option(names = "--vs", paramLabel = "FILE",
            description = "An earlier result, as --format json printed it. Exit status 1 when something is slower.")
    private Path earlierFile;

    @Mixin
    private PlanOption plan;

    @Mixin
    private FormatOption format;

    @Override
    public Integer call() {
        List<Subject> subjects = select(include, leaves);
        Map<String, Interval> earlier = earlierFile == null ? Map.of() : read(earlierFile);
        if (earlierFile != null && subjects.stream().noneMatch(subject -> earlier.containsKey(subject.name()))) {
            throw new InputException("nothing to compare, none of these benchmarks is in --vs=" + earlierFile);
        }
        Map<Subject, Samples> results = plan.measure(subjects);
        format.print(table(results, earlier), json(results, earlier));
        return results.entrySet().stream().anyMatch(result -> verdict(result, earlier).equals("slower"))
                ? Main.FINDINGS : Main.HOLDS;
    }

    /// @param leaves whether the benchmarks of leaves are meant; else the expression says so
    static List<Subject> select(String include, boolean leaves) {
        try {
            Pattern pattern = Pattern.compile(include);
            boolean ofLeaves = leaves || include.startsWith("leaf/") || include.startsWith("^leaf/");
            List<Subject> subjects = (ofLeaves ? Subject.leaves() : Subject.all()).stream()
                    .filter(subject -> pattern.matcher(subject.name()).find())
                    .toList();
            if (subjects.isEmpty()) {
                throw new InputException("no benchmark has such a name, --include=%s; ./trampette list benchmarks"
                        .formatted(include));
            }
            return subjects;
        } catch (PatternSyntaxException e) {
            throw new InputException("not a regular expression (%s), --include=%s"
                    .formatted(e.getDescription(), include));
        }
    }

    private static Table table(Map<Subject, Samples> results, Map<String, Interval> earlier) {
        Table table = new Table("benchmark", "ns", "[95 %]", "placements", "B/op", "earlier ns", "verdict")
                .wrap("verdict").drop("placements", "B/op", "[95 %]");
        results.entrySet().forEach(result -> {
            Samples samples = result.getValue();
            Interval now = samples.interval();
            Interval before = earlier.get(result.getKey().name());
            table.row(result.getKey().name(), Table.figure(now.mean()),
                    now.range(),
                    result.getKey().isTyped() ? "-" : Table.figure(samples.placementSpread()),
                    Double.isNaN(samples.bytesPerOperation()) ? "-" : Table.figure(samples.bytesPerOperation()),
                    before == null ? "-" : Table.figure(before.mean()), verdict(result, earlier));
        });
        return table;
    }

    private static Object json(Map<Subject, Samples> results, Map<String, Interval> earlier) {
        return Json.object("host", Host.here().json(), "rows", results.entrySet().stream().map(result -> {
            Interval now = result.getValue().interval();
            return Json.object(
                    "name", result.getKey().name(),
                    "ns", Json.figure(now.mean()),
                    "low", Json.figure(now.low()),
                    "high", Json.figure(now.high()),
                    "placementSpread", result.getKey().isTyped() ? null
                            : Json.figure(result.getValue().placementSpread()),
                    "bytesPerOperation", Json.figure(result.getValue().bytesPerOperation()),
                    "verdict", verdict(result, earlier));
        }).toList());
    }

    private static String verdict(Map.Entry<Subject, Samples> result, Map<String, Interval> earlier) {
        Interval before = earlier.get(result.getKey().name());
        Interval now = result.getValue().interval();
        if (before == null) {
            return "";
        }
        if (!now.differsFrom(before)) {
            return "cannot be told apart";
        }
        return now.mean() > before.mean() ? "slower" : "faster";
    }

    private static Map<String, Interval> read(Path file) {
        try {
            Map<String, Interval> rows = new HashMap<>();
            for (Object row : (List<?>) Json.read(Files.readString(file)).get("rows")) {
                Map<?, ?> members = (Map<?, ?>) row;
                rows.put((String) members.get("name"), new Interval(number(members, "ns"), number(members, "low"),
                        number(members, "high")));
            }
            return rows;
        } catch (IOException e) {
            throw new InputException("cannot read the file, --vs=" + file);
        } catch (RuntimeException e) {
            throw new InputException("not a result of `bench --format json`, --vs=" + file);
        }
    }

    private static double number(Map<?, ?> members, String name) {
        return ((Number) members.get(name)).doubleValue();
    }
}
