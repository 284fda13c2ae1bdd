package dev.trampette.inline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The macros of a source that hold asm statements: the compiler names the line where one is used, and a person mends
/// the one where it is defined. A macro is known by its text; where that is made by other macros, by its name in the
/// line that uses it.
final class Macros {

    /// A macro.
    ///
    /// @param file where it is defined
    /// @param template of its first statement, without what names operands
    /// @param before what the macro has in front of it
    /// @param body all of it
    record Macro(String name, String file, int line, String template, String before, String body) {
    }

    private static final Pattern MARK = Pattern.compile("# (\\d+) \"(.*)\".*");
    private static final Pattern DEFINE = Pattern.compile("#define (\\w+)(.*)");
    private static final Pattern WORD = Pattern.compile("\\b[A-Za-z_]\\w*");
    private static final Pattern ASM = Pattern.compile("\\b(?:__asm__|__asm|asm)\\b[\\w\\s]*\\(");
    private static final Pattern TEXT = Pattern.compile("\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final List<Macro> macros = new ArrayList<>();
    /// The bodies of all, by name.
    private final Map<String, String> bodies = new HashMap<>();

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
                bodies.put(define.group(1), define.group(2));
                for (Matcher asm = ASM.matcher(define.group(2)); asm.find();) {
                    macros.add(new Macro(define.group(1), file, line, bare(literal(define.group(2), asm.end())),
                            define.group(2).substring(0, asm.start()), define.group(2).substring(asm.start())));
                }
            }
            line++;
        }
    }

    /// The macro that a statement is from.
    ///
    /// @param used the line of the source where the compiler has it
    Optional<Macro> of(Statement statement, String used) {
        String template = bare(statement.template());
        return macros.stream().filter(macro -> !macro.template.isEmpty() && macro.template.equals(template))
                .filter(macro -> isOf(macro, statement)).findFirst().or(() -> named(statement, used));
    }

    private static boolean isOf(Macro macro, Statement statement) {
        return OperandNames.read(macro.body, statement.constraints().size()).isPresent();
    }

    /// The only macro with a statement of so many operands to which the names in a line lead.
    private Optional<Macro> named(Statement statement, String used) {
        if (ASM.matcher(used).find()) {
            return Optional.empty();
        }
        Set<String> reached = new LinkedHashSet<>();
        reach(used, reached);
        List<Macro> all = macros.stream().filter(macro -> reached.contains(macro.name) && isOf(macro, statement))
                .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private void reach(String text, Set<String> reached) {
        for (Matcher word = WORD.matcher(text); word.find();) {
            String body = bodies.get(word.group());
            if (body != null && reached.add(word.group())) {
                reach(body, reached);
            }
        }
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
    static String place(Optional<Macro> macro, Statement statement) {
        return macro.map(one -> name(one.file) + ":" + one.line)
                .orElseGet(() -> name(statement.file()) + ":" + statement.line());
    }

    private static String name(String file) {
        return Path.of(file).getFileName().toString();
    }
}
