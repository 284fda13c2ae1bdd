package dev.trampette.report;

import dev.trampette.cost.Change;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Figure;
import dev.trampette.cost.Row;
import dev.trampette.cost.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What another run measured, by its JSON: of `bench` or of `report`. Times of two runs cannot be compared, only what
/// each row took beside the reference of its own groups.
///
/// @param host where, as [Host#key] has it
/// @param rows the ratio of each quiet row to the reference
public record EarlierResult(String host, Map<String, Figure> rows) {

    /// The part of a row that is the reference.
    private static final String REFERENCE = "REP STOSQ of 96 bytes";

    /// @throws RuntimeException when it is no result
    public static EarlierResult read(String text) {
        Map<?, ?> json = Json.read(text);
        boolean isReport = "trampette-report".equals(json.get("kind"));
        Figure reference = isReport ? Json.objects(json.get("evidence")).stream()
                .filter(part -> REFERENCE.equals(part.get("name")))
                .map(part -> figure(part, "nsPerCall", "low", "high")).findFirst().orElseThrow() : Figure.NONE;
        Map<String, Figure> rows = new HashMap<>();
        for (Map<?, ?> row : Json.objects(json.get("rows"))) {
            if (State.QUIET.label().equals(row.get("state"))) {
                rows.put(isReport ? name(row) : row.get("name").toString(), isReport
                        ? figure(row, "nsPerCall", "low", "high").over(reference)
                        : figure(row, "ratioToReference", "ratioToReferenceLow", "ratioToReferenceHigh"));
            }
        }
        return new EarlierResult(Host.key((Map<?, ?>) json.get("host")), rows);
    }

    /// The name that [Row#name] gives.
    private static String name(Map<?, ?> row) {
        return "%s/%s/%s%s/%s/%s".formatted(row.get("layer"), row.get("instruction"),
                row.get("shape").toString().replace(' ', '-'),
                row.get("liveValues") == null ? "" : "/%s-live".formatted(row.get("liveValues")),
                row.get("mode"), row.get("design"));
    }

    private static Figure figure(Map<?, ?> row, String value, String low, String high) {
        return new Figure(number(row.get(value)), number(row.get(low)), number(row.get(high)));
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /// Whether it is of that machine, or one of its kind.
    public boolean isOf(Host other) {
        return host.equals(Host.key(other.json()));
    }

    /// Whether a row is in it.
    public boolean has(String name) {
        return rows.containsKey(name);
    }

    /// The rows of this run beside those of that one.
    public List<Change> changes(Comparison now) {
        return now.rows().stream().filter(row -> row.state() == State.QUIET && has(row.name())).map((Row row) ->
                Change.of(row.name(), row.ratioToReference(), rows.get(row.name()), now.margin())).toList();
    }
}
