package dev.trampette.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The one rule by which a specification's name becomes a name in assembly and in Java.
///
/// The name is cut into words at dots, at spaces and at humps: `MapGPA` is map, gpa. `Instruction` and `VE` name the
/// cause of a call, not the call, and drop out. Assembly joins the words with `_`, Java by humps:
///
/// | specification        | symbol                  | Java                  |
/// |----------------------|-------------------------|-----------------------|
/// | Instruction.CPUID    | `cpuid`                 | `cpuid`               |
/// | VE.RequestMMIO, read | `request_mmio_read`     | `requestMmioRead`     |
/// | TDG.MEM.PAGE.ACCEPT  | `tdg_mem_page_accept`   | `memPageAccept`       |
///
/// In Java the prefix of the family (TDG, TDH) is the name of the interface.
final class Name {

    private static final Pattern BETWEEN = Pattern.compile("[. _]+");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private static final List<String> CAUSES = List.of("Instruction", "VE");

    /// What no method of the typed calls can be called, nor its record: names that are there already, be it in the
    /// interface or, for the trampolines, as a routine.
    private static final Set<String> TAKEN = Set.of("confined", "of", "ofNullStub", "bind", "block", "only", "result",
            "long", "string", "override", "throwable", "runtimeException", "callBlock", "methodHandle", "binding",
            "ghciStatus", "completionStatus", "loaderStatus", "trampoline", "trampolineAll");

    /// What no component of a record can be called: methods of Object, and the status.
    private static final Set<String> NO_COMPONENT = Set.of("status", "clone", "finalize", "getClass", "hashCode",
            "notify", "notifyAll", "toString", "wait");

    /// Java's own words (JLS 3.9), those of them that no name can be.
    private static final Set<String> KEYWORDS = Set.of("abstract", "assert", "boolean", "break", "byte", "case",
            "catch", "char", "class", "const", "continue", "default", "do", "double", "else", "enum", "extends",
            "false", "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int",
            "interface", "long", "native", "new", "null", "package", "private", "protected", "public", "return",
            "short", "static", "strictfp", "super", "switch", "synchronized", "this", "throw", "throws", "transient",
            "true", "try", "void", "volatile", "while", "_");

    private Name() {
    }

    /// Whether a method cannot have a name, in the Java that is made from a table.
    static boolean isNoMethod(String name) {
        return TAKEN.contains(name) || isNoComponent(name);
    }

    /// Whether a parameter, or a component of a record, cannot have a name.
    static boolean isNoComponent(String name) {
        return NO_COMPONENT.contains(name) || KEYWORDS.contains(name);
    }

    /// The words of a name, in lower case.
    static List<String> words(String name) {
        List<String> words = new ArrayList<>();
        for (String part : BETWEEN.split(name)) {
            if (!CAUSES.contains(part)) {
                HUMP.splitAsStream(part)
                        .map(word -> word.toLowerCase(Locale.ROOT))
                        .forEach(words::add);
            }
        }
        return words;
    }

    static String snake(String name) {
        return String.join("_", words(name));
    }

    static String camel(String name) {
        String pascal = pascal(name);
        return pascal.substring(0, 1).toLowerCase(Locale.ROOT) + pascal.substring(1);
    }

    static String pascal(String name) {
        return words(name).stream()
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }
}
