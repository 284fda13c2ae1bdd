package dev.trampette.report;

import dev.trampette.generate.Text;
import dev.trampette.verify.trace.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What `trace` shows: a line for each step, the registers at each instruction of ours, and the totals.
///
/// @param trace the call
/// @param assumptions what was taken for granted of the routine, a sentence each
public record TraceReport(Trace trace, List<String> assumptions) {

    /// Numbers below are no hexadecimal ones.
    private static final int FEW = 10;

    /// For a terminal.
    ///
    /// @param screen how many columns it has
    public String text(int screen) {
        return head() + "\n\n" + whole(table -> table.text(screen), line -> line + "\n")
                + "\n" + Text.paragraph(totals(), screen) + assumed().map(line -> Text.paragraph(line, screen))
                        .collect(Collectors.joining());
    }

    /// A document.
    public String markdown() {
        return head() + "\n\n" + whole(Table::markdown, line -> "\n" + line + "\n\n") + "\n" + totals() + "\n"
                + assumed().map(line -> "\n" + line + "\n").collect(Collectors.joining());
    }

    private Stream<String> assumed() {
        return assumptions.stream().map(sentence -> "%s: taken for granted: %s".formatted(trace.name(), sentence));
    }

    /// For programs.
    public Map<String, Object> json() {
        return Json.object("name", trace.name(), "outcome", trace.outcome(), "seed", trace.seed(),
                "steps", trace.steps().stream().map(TraceReport::json).toList(),
                "assumptions", assumptions, "end", trace.end().orElse(null), "missed", trace.missed(),
                "counts", json(trace.counts()), "coverage", CoverageText.json(trace.coverage()));
    }

    /// The totals of a call.
    static Map<String, Object> json(Trace.Counts counts) {
        return Json.object("instructions", counts.instructions(), "loads", counts.loads(), "stores", counts.stores(),
                "branches", counts.branches(), "stackBytes", counts.stackBytes());
    }

    /// What [#json(Trace.Counts)] has written.
    static Trace.Counts counts(Map<?, ?> counts) {
        return new Trace.Counts(number(counts, "instructions"), number(counts, "loads"), number(counts, "stores"),
                number(counts, "branches"), number(counts, "stackBytes"));
    }

    private static Map<String, Object> json(Trace.Step step) {
        return Json.object("at", step.at(), "text", step.text(),
                "changes", step.changes().stream().map(change -> Json.object("register", change.register(),
                        "value", hex(change.value()), "origin", change.origin())).toList(),
                "registers", step.registers().stream().map(one -> Json.object("register", one.register(),
                        "value", hex(one.value()), "origin", one.origin(), "exposed", one.isExposed())).toList());
    }

    /// What [#json] has written.
    public static Trace read(Map<?, ?> members) {
        return new Trace((String) members.get("name"), (String) members.get("outcome"), number(members, "seed"),
                Json.objects(members.get("steps")).stream().map(step -> new Trace.Step((String) step.get("at"),
                        (String) step.get("text"), Json.objects(step.get("changes")).stream().map(one ->
                                new Trace.Change((String) one.get("register"), bits(one), (String) one.get("origin")))
                                .toList(), Json.objects(step.get("registers")).stream().map(one ->
                                new Trace.AtInstruction((String) one.get("register"), bits(one),
                                        (String) one.get("origin"), (Boolean) one.get("exposed"))).toList()))
                        .toList(), Optional.ofNullable((String) members.get("end")), number(members, "missed"),
                counts((Map<?, ?>) members.get("counts")), CoverageText.read(members.get("coverage")));
    }

    private static long number(Map<?, ?> members, String name) {
        return ((Number) members.get(name)).longValue();
    }

    private static long bits(Map<?, ?> members) {
        return Long.parseUnsignedLong(((String) members.get("value")).substring(2), 16);
    }

    private String head() {
        return "%s, outcome %s (seed %d)".formatted(trace.name(), trace.outcome(), trace.seed());
    }

    /// The steps in pieces: behind each instruction of ours comes what the registers were.
    private String whole(Function<Table, String> table, Function<String, String> line) {
        StringBuilder text = new StringBuilder();
        Table steps = steps();
        boolean isEmpty = true;
        Laps laps = Laps.of(trace);
        for (Trace.Step step : laps.shown()) {
            steps.row(step.at(), step.text(), changes(step));
            isEmpty = false;
            if (!step.registers().isEmpty()) {
                text.append(table.apply(steps)).append(line.apply("the registers at " + step.at() + ":"))
                        .append(table.apply(registers(step.registers())));
                steps = steps();
                isEmpty = true;
            }
        }
        if (!isEmpty) {
            text.append(table.apply(steps));
        }
        return laps.left() == 0 ? text.toString() : text.append(line.apply(
                "... %d steps more, in the loop from %s on; --format json has all".formatted(laps.left(),
                        laps.first()))).toString();
    }

    private static Table steps() {
        return new Table("at", "instruction", "changes").wrap("changes");
    }

    private static Table registers(List<Trace.AtInstruction> registers) {
        Table table = new Table("register", "value", "from", "exposed").wrap("from");
        registers.forEach(one -> table.row(one.register(), hex(one.value()), one.origin(),
                one.isExposed() ? "yes" : ""));
        return table;
    }

    /// Registers with the same new value together.
    private static String changes(Trace.Step step) {
        Map<String, String> byValue = new LinkedHashMap<>();
        step.changes().forEach(change -> byValue.merge(value(change), change.register(), "%s %s"::formatted));
        return byValue.entrySet().stream().map(one -> "%s = %s".formatted(one.getValue(), one.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String value(Trace.Change change) {
        return !change.origin().isEmpty() ? change.origin().replaceFirst(" left in %s$".formatted(change.register()),
                " left there")
                : change.value() >= 0 && change.value() < FEW ? Long.toString(change.value()) : hex(change.value());
    }

    private String totals() {
        return "%s%s: %s, %s, %s, %s taken, %d bytes of stack".formatted(
                trace.end().map(end -> "did not return, " + end + "; ").orElse(""),
                trace.missed() > 0 ? "the first %d steps of more".formatted(trace.steps().size()) : "in all",
                Count.of(trace.counts().instructions(), "instruction"), Count.of(trace.counts().loads(), "load"),
                Count.of(trace.counts().stores(), "store"),
                branches(trace.counts().branches()), trace.counts().stackBytes());
    }

    private static String branches(long number) {
        return number == 1 ? "1 branch" : number + " branches";
    }

    private static String hex(long value) {
        return "0x%x".formatted(value);
    }
}
