package dev.trampette.inline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The macros of a source that hold asm statements: the compiler names the line where one is used, and a person mends
/// the one where it is defined.
final class Macros {

    /// A macro.
    ///
    /// @param file where it is defined
    /// @param template of its first statement, without what names operands
    /// @param body all of it
    record Macro(String name, String file, int line, String template, String body) {
    }

    private static final Pattern MARK = Pattern.compile("# (\\d+) \"(.*)\".*");
    private static final Pattern DEFINE = Pattern.compile("#define (\\w+)(.*\\b(?:__asm__|__asm|asm)\\b.*)");
    private static final Pattern ASM = Pattern.compile("\\b(?:__asm__|__asm|asm)\\b[\\w\\s]*\\(");
    private static final Pattern TEXT = Pattern.compile("\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<Macro> macros = new ArrayList<>();

    /// @param preprocessed a source behind the preprocessor, with its macros
    Macros(String preprocessed) {
        String file = "";
        int line = 0;
        for (String text : preprocessed.lines().toList()) {
            Matcher mark = MARK.matcher(text);
            Matcher define = DEFINE.matcher(text);
            if (mark.matches()) {
                line = Integer.parseInt(mark.group(1)) - 1;
                file = mark.group(2);
            } else if (define.matches()) {
                for (Matcher asm = ASM.matcher(define.group(2)); asm.find();) {
                    macros.add(new Macro(define.group(1), file, line, bare(literal(define.group(2), asm.end())),
                            define.group(2).substring(asm.start())));
                }
            }
            line++;
        }
    }

    /// The macro that a statement is from.
    Optional<Macro> of(Statement statement) {
        String template = bare(statement.template());
        return macros.stream().filter(macro -> !macro.template.isEmpty() && macro.template.equals(template))
                .filter(macro -> OperandNames.read(macro.body, statement.constraints().size()).isPresent()).findFirst();
    }

    private static String literal(String body, int from) {
        StringBuilder all = new StringBuilder();
        Matcher text = TEXT.matcher(body);
        for (int at = from; text.find(at) && text.start() == at; at = text.end()) {
            all.append(text.group(1).translateEscapes());
        }
        return all.toString();
    }

    private static String bare(String template) {
        return template.replaceAll("%(\\w?)\\[\\w+\\]", "%$1").replaceAll("%([a-zA-Z]?)\\d+", "%$1")
                .replaceAll("\\s+", " ").strip();
    }

    /// Where a statement is, as a person looks for it.
    String place(Statement statement) {
        return of(statement).map(macro -> name(macro.file) + ":" + macro.line)
                .orElse(name(statement.file()) + ":" + statement.line());
    }

    static String name(String file) {
        return Path.of(file).getFileName().toString();
    }
}
