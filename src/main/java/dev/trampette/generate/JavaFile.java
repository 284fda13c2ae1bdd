package dev.trampette.generate;

import java.nio.file.Path;
import java.util.Locale;

/// A Java source that is made from a table.
///
/// @param packageName the package
/// @param type the name of its one type
/// @param body what follows the package clause: imports and the type
record JavaFile(String packageName, String type, String body) {

    /// Where it belongs below a source root.
    Path path() {
        return Path.of(packageName.replace('.', '/'), type + ".java");
    }

    String text() {
        return "// Made from the tables in src/main/resources/dev/trampette/spec. Change those.\npackage " + packageName
                + ";\n\n" + body;
    }

    /// A text of a table as a sentence of Javadoc.
    static String sentence(String text) {
        String sentence = text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
        return sentence.endsWith(".") ? sentence : sentence + ".";
    }
}
