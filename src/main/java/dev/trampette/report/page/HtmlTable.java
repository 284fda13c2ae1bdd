package dev.trampette.report.page;

import java.util.ArrayList;
import java.util.List;

/// A table with a caption, in a box of its own that scrolls when the screen is narrower.
final class HtmlTable {

    private final Tag head = Tag.of("tr");
    private final Tag body = Tag.of("tbody");
    private final String caption;
    private final List<Boolean> numeric = new ArrayList<>();
    private String name;

    HtmlTable(String caption) {
        this.caption = caption;
    }

    /// A column of text.
    HtmlTable text(String header) {
        return column(header, false);
    }

    /// A column of figures, set to the right.
    HtmlTable figures(String... headers) {
        for (String header : headers) {
            column(header, true);
        }
        return this;
    }

    private HtmlTable column(String header, boolean figures) {
        head.add(Tag.of("th", "scope", "col", "class", figures ? "n" : null).add(header));
        numeric.add(figures);
        return this;
    }

    /// A row; the first cell is its name. Cells are text, or markup.
    HtmlTable row(Object... cells) {
        Tag row = Tag.of("tr", "class", cells[0].equals(name) ? "again" : "first");
        name = cells[0] instanceof String text ? text : null;
        for (int i = 0; i < cells.length; i++) {
            Tag cell = i == 0 ? Tag.of("th", "scope", "row") : Tag.of("td");
            cell.set("class", numeric.get(i) ? "n" : null);
            row.add(cells[i] instanceof Markup markup ? cell.add(markup) : cell.add(String.valueOf(cells[i])));
        }
        body.add(row);
        return this;
    }

    Tag html() {
        return Tag.of("div", "class", "scroll", "tabindex", 0, "role", "region", "aria-label", caption)
                .add(Tag.of("table").add(Tag.of("caption").add(Tag.of("div").add(caption)),
                        Tag.of("thead").add(head), body));
    }
}
