package dev.trampette.cli.foreign;

import dev.trampette.report.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a child tells its parent: a line each, with a mark before it, for the code that is verified may print too.
public sealed interface Message {

    /// The mark.
    String MARK = "\u0001trampette ";

    /// What the object has.
    ///
    /// @param names its routines
    /// @param variables what cannot be called
    /// @param meant the routines that are verified when none is named
    record Symbols(List<String> names, List<String> variables, List<String> meant) implements Message {
    }

    /// A routine comes next.
    record Begins(String symbol) implements Message {
    }

    /// It is over.
    record Ended(Outcome outcome) implements Message {
    }

    /// The input is wrong, or this machine cannot do it.
    record Failed(List<String> detail, String message, int status) implements Message {
    }

    default String line() {
        return MARK + Json.line(switch (this) {
            case Symbols(var names, var variables, var meant) -> Json.object("symbols", names, "variables", variables,
                    "meant", meant);
            case Begins(String symbol) -> Json.object("begins", symbol);
            case Ended(Outcome outcome) -> Json.object("ended", outcome.json());
            case Failed(List<String> detail, String message, int status) -> Json.object("failed", message, "detail",
                    detail, "status", status);
        });
    }

    /// A line that is none is the foreign code's own; half of one is what a child wrote when it died.
    static Optional<Message> read(String line) {
        try {
            int mark = line.indexOf(MARK);
            return mark < 0 ? Optional.empty() : Optional.of(of(Json.read(line.substring(mark + MARK.length()))));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static Message of(Map<?, ?> members) {
        if (members.containsKey("symbols")) {
            return new Symbols(Json.texts(members.get("symbols")),
                    Json.texts(members.get("variables")), Json.texts(members.get("meant")));
        }
        if (members.containsKey("begins")) {
            return new Begins((String) members.get("begins"));
        }
        if (members.containsKey("ended")) {
            return new Ended(Outcome.read((Map<?, ?>) members.get("ended")));
        }
        return new Failed(Json.texts(members.get("detail")), (String) members.get("failed"),
                (Integer) members.get("status"));
    }
}
