package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// An element of HTML or SVG. What it writes is well-formed XML too, and no text gets into it without being escaped.
final class Tag implements Markup {

    /// They have no content and no end.
    private static final Set<String> VOID = Set.of("meta", "br", "link");

    private final String name;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final List<Markup> children = new ArrayList<>();

    private Tag(String name) {
        this.name = name;
    }

    /// @param namesAndValues of its attributes
    static Tag of(String name, Object... namesAndValues) {
        Tag tag = new Tag(name);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            tag.set((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return tag;
    }

    /// An attribute; one without a value is left out. A [Double] is a coordinate and gets two decimals: a number that
    /// somebody reads back is given as [#exact] has it.
    Tag set(String attribute, Object value) {
        if (value != null) {
            attributes.put(attribute, value);
        }
        return this;
    }

    Tag add(Markup... more) {
        children.addAll(List.of(more));
        return this;
    }

    Tag add(Stream<? extends Markup> more) {
        more.forEach(children::add);
        return this;
    }

    Tag add(String text) {
        children.add(new Words(text));
        return this;
    }

    /// A number as the JSON has it.
    static String exact(Double value) {
        return value == null ? null : value.toString();
    }

    /// A place or a length that depends on the width of the picture.
    static String percent(double value) {
        return coordinate(value) + "%";
    }

    @Override
    public void write(StringBuilder out) {
        out.append('<').append(name);
        attributes.forEach((attribute, value) -> out.append(' ').append(attribute).append("=\"")
                .append(Words.escape(value instanceof Double number ? coordinate(number) : value.toString()))
                .append('"'));
        if (VOID.contains(name)) {
            out.append("/>");
            return;
        }
        out.append('>');
        children.forEach(child -> child.write(out));
        out.append("</").append(name).append('>');
    }

    private static String coordinate(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceFirst("\\.?0+$", "");
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }
}
