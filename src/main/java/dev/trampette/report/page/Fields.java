package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The members of a JSON object that knows where in the document it stands, so that each complaint can say it.
///
/// A member must be there. Whether it may be null is in the name of the method: `maybe...` gives null.
final class Fields {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final String path;
    private final JsonNode node;

    private Fields(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    /// @throws ReportFormatException when the text is no JSON object
    static Fields read(String text) {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new ReportFormatException("it is no JSON: " + e.getOriginalMessage().lines().findFirst().orElse("")
                    + (at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr())));
        }
        if (!node.isObject()) {
            throw new ReportFormatException("it is no JSON object");
        }
        return new Fields("", node);
    }

    String text(String name) {
        return required(name, maybeText(name));
    }

    /// A string, or a number as it is written.
    String maybeText(String name) {
        JsonNode value = member(name);
        return value.isNull() ? null : check(name, value, value.isString() || value.isNumber(), "text").asString();
    }

    double number(String name) {
        return required(name, maybeNumber(name));
    }

    /// A number that is finite.
    Double maybeNumber(String name) {
        JsonNode value = member(name);
        return value.isNull() ? null : finite(name, value);
    }

    /// A number that a ratio or a time can be.
    Double maybePositive(String name) {
        Double value = maybeNumber(name);
        if (value != null && value <= 0) {
            throw complaint(name, "is not above 0: " + value);
        }
        return value;
    }

    long integer(String name) {
        return required(name, maybeInteger(name));
    }

    Long maybeInteger(String name) {
        JsonNode value = member(name);
        return value.isNull() ? null
                : check(name, value, value.isIntegralNumber() && value.canConvertToLong(), "integer").asLong();
    }

    boolean flag(String name) {
        return required(name, maybeFlag(name));
    }

    Boolean maybeFlag(String name) {
        JsonNode value = member(name);
        return value.isNull() ? null : check(name, value, value.isBoolean(), "true or false").asBoolean();
    }

    /// An object, or null.
    <T> T maybe(String name, Function<Fields, T> reader) {
        JsonNode value = member(name);
        return value.isNull() ? null : reader.apply(object(name, value));
    }

    <T> T object(String name, Function<Fields, T> reader) {
        return required(name, maybe(name, reader));
    }

    /// A list of objects; null is an empty one.
    <T> List<T> list(String name, Function<Fields, T> reader) {
        return elements(name, (at, value) -> reader.apply(object(at, value)));
    }

    List<String> texts(String name) {
        return elements(name, (at, value) -> check(at, value, value.isString(), "text").asString());
    }

    List<Double> numbers(String name) {
        return elements(name, this::finite);
    }

    ReportFormatException complaint(String name, String what) {
        return new ReportFormatException(path + name + " " + what);
    }

    private interface Element<T> {
        T read(String at, JsonNode value);
    }

    private <T> List<T> elements(String name, Element<T> element) {
        JsonNode value = member(name);
        List<T> all = new ArrayList<>();
        if (!value.isNull()) {
            check(name, value, value.isArray(), "list").forEach(
                    each -> all.add(element.read(name + "[" + all.size() + "]", each)));
        }
        return List.copyOf(all);
    }

    private Fields object(String name, JsonNode value) {
        return new Fields(path + name + ".", check(name, value, value.isObject(), "object"));
    }

    private double finite(String name, JsonNode value) {
        double number = check(name, value, value.isNumber(), "number").asDouble();
        check(name, value, Double.isFinite(number), "finite number");
        return number;
    }

    private JsonNode member(String name) {
        JsonNode value = node.get(name);
        if (value == null) {
            throw complaint(name, "is missing");
        }
        return value;
    }

    private <T> T required(String name, T value) {
        if (value == null) {
            throw complaint(name, "is null");
        }
        return value;
    }

    private JsonNode check(String name, JsonNode value, boolean right, String wanted) {
        if (!right) {
            String text = value.toString();
            throw complaint(name, "is not %s: %s".formatted(wanted,
                    text.length() <= 40 ? text : text.substring(0, 40) + "..."));
        }
        return value;
    }
}
