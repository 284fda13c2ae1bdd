package dev.trampette.report;

import dev.trampette.generate.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A report for people, as text and Markdown, made of its JSON alone.
///
/// @param json what [ReportJson] has written
public record ReportText(Map<?, ?> json) {

    private static final String LIMITS = """
            A shim is not a VM exit: a stub stands for the instruction, and a real TDG.VP.VMCALL leaves the TD and costs
            thousands of cycles more, the same for every design. Every row holds a call and return for the loop and one
            for the stub; nothing is subtracted. `ratio` is that to memory-struct in the same groups, with its 95 %
            interval: of VMX instructions to `function`, of ways to call from Java to the bare `handle`. `latency` is
            what a call takes that waits for the one before. report.json has all rows.""";

    private static final Map<String, String> TITLES = Map.of("loop", "In the loop", "critical",
            "From Java, by a critical downcall", "downcall", "From Java, by a downcall", "java",
            "From Java, ways to call the same assembly");
    private static final String SEQUENCE = "sequence";
    /// The numbers of live values that have a column.
    private static final List<Integer> ALIVE = List.of(0, 3, 6, 9);

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        return Text.paragraph(verdict(), screen) + '\n'
                + tables().entrySet().stream().map(table -> table.getKey() + "\n\n" + table.getValue().text(screen))
                        .collect(Collectors.joining("\n")) + '\n'
                + findings().stream().map(finding -> finding + "\n").collect(Collectors.joining())
                + Text.paragraph(LIMITS.replace('\n', ' '), screen)
                + Text.paragraph(host(), screen);
    }

    /// A document.
    public String markdown() {
        return "# Hypercall wrappers: designs compared\n\n" + verdict() + "\n\n" + host() + "\n\n" + LIMITS + "\n\n"
                + tables().entrySet().stream()
                        .map(table -> "## " + table.getKey() + "\n\n" + table.getValue().markdown() + "\n")
                        .collect(Collectors.joining())
                + (findings().isEmpty() ? "" : "## Findings (seed %s)\n\n".formatted(json.get("seed"))
                        + findings().stream().map(finding -> "- `" + finding + "`\n").collect(Collectors.joining()));
    }

    private String verdict() {
        Map<?, ?> fit = object(json.get("fit"));
        Map<?, ?> verification = object(json.get("verification"));
        List<Map<?, ?>> checked = Json.objects(verification.get("rows"));
        long broken = checked.stream().filter(row -> "broken".equals(row.get("verdict"))).count();
        return (Boolean.TRUE.equals(json.get("partial")) ? "PARTIAL: the run was stopped. " : "")
                + (Boolean.TRUE.equals(fit.get("fit")) ? "" : "NOT FIT: %s. ".formatted(fit.get("reason")))
                + object(json.get("headline")).get("sentence") + " "
                + (broken == 0 ? "All %d wrappers hold in %s checked calls.".formatted(checked.size(),
                        verification.get("calls"))
                        : "%d of %s %s broken.".formatted(broken, Count.of(checked.size(), "wrapper"),
                                broken == 1 ? "is" : "are"))
                + " %s %% of the groups were quiet.".formatted(Math.round(100 * number(fit.get("quietShare"))));
    }

    private String host() {
        Map<?, ?> host = object(json.get("host"));
        return "%s (family %s, model %s, stepping %s, microcode %s), %s cores%s, %s, %s, %s; steal %.1f %%; %s; %s"
                .formatted(host.get("cpu"), host.get("family"), host.get("model"), host.get("stepping"),
                        host.get("microcode"), host.get("cores"),
                        Boolean.TRUE.equals(host.get("virtualized")) ? " (virtual machine)" : "", host.get("os"),
                        host.get("kernel"), host.get("jdk"), 100 * number(host.get("steal")), json.get("date"),
                        json.get("command"));
    }

    private List<String> findings() {
        return Json.objects(object(json.get("verification")).get("rows")).stream()
                .flatMap(row -> Json.texts(row.get("findings")).stream()).toList();
    }

    private Map<String, Table> tables() {
        Map<String, Table> tables = new LinkedHashMap<>();
        List<String> layers = Json.objects(json.get("rows")).stream()
                .map(row -> String.valueOf(row.get("layer"))).distinct().toList();
        layers.stream().filter(layer -> !layer.equals(SEQUENCE)).forEach(layer -> tables.put(
                TITLES.getOrDefault(layer, "Layer " + layer), rows(row -> layer.equals(row.get("layer")))));
        if (layers.contains(SEQUENCE)) {
            tables.put("Sequences of VMX instructions, ns by the number of values that live through them",
                    sequences());
        }
        tables.put("Parts of a row", evidence());
        tables.put("Controls", controls());
        return tables;
    }

    /// Quiet rows, with the busy ratio and the latency beside.
    private Table rows(Predicate<Map<?, ?>> chosen) {
        Table table = new Table("shape", "design", "ns", "ratio", "[95 %]", "verdict", "latency", "busy x", "insns",
                "site B", "shared B", "checks")
                .wrap("verdict", "checks").drop("busy x", "shared B", "checks", "insns", "site B", "latency", "[95 %]");
        List<Map<?, ?>> rows = Json.objects(json.get("rows")).stream().filter(chosen).toList();
        rows.stream().filter(row -> is(row, "quiet", "throughput")).forEach(row -> table.row(
                shape(row), row.get("design"), figure(row, "nsPerCall", 2), figure(row, "ratio", 3),
                interval(row),
                text(row.get("verdict")), figure(beside(rows, row, "quiet", "latency"), "nsPerCall", 2),
                figure(beside(rows, row, "busy", "throughput"), "ratio", 2),
                text(row.get("instructions")), text(row.get("callSiteBytes")), text(row.get("sharedBytes")),
                text(row.get("checks"))));
        return table;
    }

    /// One row for all numbers of live values.
    private Table sequences() {
        Table table = new Table("sequence", "design", "0 alive", "3", "6", "9", "ratio", "[95 %]", "verdict")
                .wrap("verdict").drop("3", "6", "verdict");
        List<Map<?, ?>> rows = Json.objects(json.get("rows")).stream()
                .filter(row -> SEQUENCE.equals(row.get("layer")) && is(row, "quiet", "throughput")).toList();
        rows.stream().filter(row -> isAlive(row, 0)).forEach(row -> {
            List<String> times = ALIVE.stream().map(alive -> rows.stream()
                    .filter(other -> isAlive(other, alive) && sequence(other).equals(sequence(row))
                            && other.get("design").equals(row.get("design")))
                    .map(other -> figure(other, "nsPerCall", 2)).findFirst().orElse("-")).toList();
            table.row(sequence(row), row.get("design"), times.get(0), times.get(1), times.get(2), times.get(3),
                    figure(row, "ratio", 3), interval(row), text(row.get("verdict")));
        });
        return table;
    }

    private static boolean isAlive(Map<?, ?> row, int values) {
        return row.get("liveValues") instanceof Number number && number.intValue() == values;
    }

    private static String sequence(Map<?, ?> row) {
        return "%s, %s".formatted(row.get("instruction"), row.get("shape"));
    }

    private static String interval(Map<?, ?> row) {
        return row.get("ratioLow") == null ? "" : "[%s, %s]".formatted(figure(row, "ratioLow", 3),
                figure(row, "ratioHigh", 3));
    }

    private static String shape(Map<?, ?> row) {
        String instruction = String.valueOf(row.get("instruction"));
        String shape = String.valueOf(row.get("shape"));
        return (shape.startsWith("TD") || instruction.equals("TDCALL") ? "" : instruction + " ") + shape;
    }

    private static boolean is(Map<?, ?> row, String state, String mode) {
        return state.equals(row.get("state")) && mode.equals(row.get("mode"));
    }

    private static Map<?, ?> beside(List<Map<?, ?>> rows, Map<?, ?> row, String state, String mode) {
        return rows.stream().filter(other -> is(other, state, mode)
                        && List.of("layer", "instruction", "design", "shape").stream()
                                .allMatch(key -> other.get(key).equals(row.get(key)))
                        && String.valueOf(other.get("liveValues")).equals(String.valueOf(row.get("liveValues"))))
                .findFirst().orElse(Map.of());
    }

    private Table evidence() {
        Table table = new Table("part", "ns", "[95 %]").wrap("part");
        Json.objects(json.get("evidence")).forEach(part -> table.row(part.get("name"), figure(part, "nsPerCall", 2),
                "[%s, %s]".formatted(figure(part, "low", 2), figure(part, "high", 2))));
        return table;
    }

    private Table controls() {
        Table table = new Table("control", "layer", "design", "ratio", "[95 %]", "fit").drop("layer");
        Json.objects(json.get("controls")).stream().filter(control -> "loop".equals(control.get("layer"))
                || Boolean.FALSE.equals(control.get("fit"))).forEach(control -> table.row(
                control.get("name"), control.get("layer"), control.get("design"), figure(control, "ratio", 4),
                "[%s, %s]".formatted(figure(control, "low", 4), figure(control, "high", 4)),
                Boolean.TRUE.equals(control.get("fit")) ? "yes" : "no"));
        return table;
    }

    private static String figure(Map<?, ?> row, String key, int decimals) {
        return row.get(key) instanceof Number number
                ? String.format(Locale.ROOT, "%." + decimals + "f", number.doubleValue()) : "-";
    }

    private static String text(Object value) {
        return value == null ? "-" : value.toString();
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    private static Map<?, ?> object(Object value) {
        return (Map<?, ?>) value;
    }
}
