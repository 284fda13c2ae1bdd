package dev.trampette.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The style sheet. HTML takes it as it is and XML as text, so it may have no character that the two read differently.
record Style(String css) implements Markup {

    Style {
        if (css.contains("<") || css.contains("&") || css.contains("]]>")) {
            throw new IllegalArgumentException("the style sheet has < or & or ]]>");
        }
    }

    /// The one of the page.
    static Style sheet() {
        try (InputStream in = Style.class.getResourceAsStream("page.css")) {
            return new Style(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(StringBuilder out) {
        out.append(css);
    }
}
