package dev.trampette.inline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The expressions of the operands of a statement, as its source has them.
///
/// @param expressions by number; of what is unknown an empty one
public record OperandNames(List<String> expressions) {

    /// Nothing is known.
    public static final OperandNames NONE = new OperandNames(List.of());

    private static final Pattern ASM = Pattern.compile("\\b(?:__asm__|__asm|asm)\\b[\\w\\s]*\\(");
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);
    private static final Pattern OPERAND = Pattern.compile(
            "\\s*(?:\\[\\s*(\\w+)\\s*\\])?\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*)+)\\((.*)\\)\\s*", Pattern.DOTALL);

    /// What stands for an operand.
    public Optional<String> expression(int number) {
        return number < expressions.size() ? Optional.of(expressions.get(number)).filter(it -> !it.isEmpty())
                : Optional.empty();
    }

    /// Read the statement that begins in a text, when its operands are as many as they should be.
    ///
    /// @param source from the statement on
    /// @param count how many operands the statement has
    static Optional<OperandNames> read(String source, int count) {
        String text = COMMENT.matcher(source).replaceAll(" ");
        Matcher asm = ASM.matcher(text);
        while (asm.find()) {
            List<String> sections = split(text, asm.end(), ':');
            List<String> expressions = new ArrayList<>();
            for (int n = 1; n < Math.min(3, sections.size()); n++) {
                int section = n;
                split(sections.get(n) + ")", 0, ',').stream().filter(one -> !one.isBlank()).map(OPERAND::matcher)
                        .forEach(one -> expressions.add(one.matches() ? shown(one.group(3), section) : ""));
            }
            long both = sections.size() < 2 ? 0 : split(sections.get(1) + ")", 0, ',').stream()
                    .filter(one -> one.contains("\"+")).count();
            if (expressions.size() + both == count) {
                return Optional.of(new OperandNames(List.copyOf(expressions)));
            }
        }
        return Optional.empty();
    }

    private static String shown(String expression, int section) {
        String shown = expression.strip().replaceAll("\\s+", " ");
        return section > 0 && shown.length() <= 32 ? shown : "";
    }

    /// The parts up to the parenthesis that closes, between separators that stand in no other one and in no text.
    private static List<String> split(String text, int from, char separator) {
        List<String> parts = new ArrayList<>();
        int begin = from;
        int depth = 0;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                    at += text.charAt(at) == '\\' ? 1 : 0;
                }
            } else if (c == '(' || c == '[' || c == '{') {
                depth++;
            } else if ((c == ')' || c == ']' || c == '}') && depth-- == 0) {
                parts.add(text.substring(begin, at));
                return parts;
            } else if (c == separator && depth == 0) {
                parts.add(text.substring(begin, at));
                begin = at + 1;
            }
        }
        return List.of();
    }
}
