package dev.trampette.child;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What two processes tell each other: words in a line, with a mark before them, for code of others may print too.
///
/// @param words any texts
public record Line(List<String> words) {

    private static final String MARK = "\u0001line ";

    /// A line of some words; those of a list are words each, and what is no text is written as it prints itself.
    public static Line of(Object... words) {
        return new Line(Stream.of(words).flatMap(word -> word instanceof List<?> list ? list.stream()
                : Stream.of(word)).map(Object::toString).toList());
    }

    /// As it is written, without an end.
    public String text() {
        StringBuilder text = new StringBuilder(MARK);
        for (String word : words) {
            text.append(word.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t"))
                    .append('\t');
        }
        return text.toString();
    }

    /// Read one. What has no mark is somebody else's, and half of one is nothing.
    public static Optional<Line> read(String text) {
        int mark = text.indexOf(MARK);
        if (mark < 0 || !text.endsWith("\t")) {
            return Optional.empty();
        }
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean isEscaped = false;
        for (char c : text.substring(mark + MARK.length()).toCharArray()) {
            if (isEscaped) {
                word.append(switch (c) {
                    case 'n' -> '\n';
                    case 'r' -> '\r';
                    case 't' -> '\t';
                    default -> c;
                });
                isEscaped = false;
            } else if (c == '\\') {
                isEscaped = true;
            } else if (c == '\t') {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        return Optional.of(new Line(List.copyOf(words)));
    }

    /// What stands first: what it is about.
    public String first() {
        return words.isEmpty() ? "" : words.getFirst();
    }

    /// The words behind the first.
    public List<String> rest() {
        return words.subList(Math.min(1, words.size()), words.size());
    }
}
