package dev.trampette.generate;

import java.util.ArrayList;
import java.util.List;

/// Sentences in lines: comments of sources, descriptions.
public final class Text {

    private Text() {
    }

    /// A text in lines of at most so many characters.
    public static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /// The same as text, each line with its end.
    public static String paragraph(String text, int width) {
        return String.join("\n", wrap(text, width)) + "\n";
    }
}
