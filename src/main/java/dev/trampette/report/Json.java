package dev.trampette.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// JSON, indented, with members in the order in which they were given.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private static final JsonMapper LINE = JsonMapper.builder().build();

    private Json() {
    }

    /// The text of a value made of maps, lists, strings and numbers.
    public static String text(Object value) {
        return MAPPER.writeValueAsString(value) + "\n";
    }

    /// The same in one line.
    public static String line(Object value) {
        return LINE.writeValueAsString(value);
    }

    /// Read a JSON document.
    ///
    /// @throws tools.jackson.core.JacksonException when it is none
    public static Map<?, ?> read(String text) {
        return MAPPER.readValue(text, Map.class);
    }

    /// The members of a list of texts, as [#read] has it.
    public static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(Object::toString).toList();
    }

    /// The members of a list of objects.
    public static List<Map<?, ?>> objects(Object list) {
        List<Map<?, ?>> objects = new ArrayList<>();
        ((List<?>) list).forEach(member -> objects.add((Map<?, ?>) member));
        return objects;
    }

    /// A map of names and values, in this order.
    public static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return members;
    }

    /// A ratio with four decimals; null for what is not finite.
    public static Double ratio(double value) {
        return Double.isFinite(value) ? Math.round(value * 10_000) / 10_000.0 : null;
    }

    /// A figure with three decimals; null for what is not finite, since JSON has no word for it.
    public static Double figure(double value) {
        return Double.isFinite(value) ? Math.round(value * 1000) / 1000.0 : null;
    }
}
