package dev.trampette.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Code from outside, as a user names it: `FILE[:SYMBOL]...`, and flags of the compiler from the first word on that
/// begins with `-`.
///
/// @param files each once
/// @param symbols routines that are named behind a file; none when all are meant
/// @param compilerFlags for sources
record CodeNames(List<String> files, List<String> symbols, List<String> compilerFlags) {

    private static final List<String> EXTENSIONS = List.of(".o", ".a", ".so", ".asm", ".nasm", ".s", ".S", ".c");

    /// A file, and the routine in it that is meant.
    private record Argument(String file, Optional<String> symbol) {

        static Argument of(String word) {
            int colon = word.lastIndexOf(':');
            return colon > 0 && !Files.exists(Path.of(word))
                    ? new Argument(word.substring(0, colon), Optional.of(word.substring(colon + 1)))
                    : new Argument(word, Optional.empty());
        }

        boolean isFile() {
            return file.contains("/") || EXTENSIONS.stream().anyMatch(file::endsWith)
                    || Files.isRegularFile(Path.of(file));
        }
    }

    static CodeNames of(List<String> words) {
        List<Argument> arguments = arguments(words);
        return new CodeNames(arguments.stream().map(Argument::file).distinct().toList(),
                arguments.stream().flatMap(argument -> argument.symbol().stream()).toList(),
                words.subList(arguments.size(), words.size()));
    }

    /// Whether code from outside is meant, and not a wrapper by its name.
    static boolean areMeant(List<String> words) {
        List<Boolean> files = arguments(words).stream().map(Argument::isFile).distinct().toList();
        if (files.size() > 1) {
            throw new InputException("files and names of shipped wrappers do not go together: "
                    + String.join(" ", words));
        }
        return files.equals(List.of(true));
    }

    private static List<Argument> arguments(List<String> words) {
        return words.stream().takeWhile(word -> !word.startsWith("-")).map(Argument::of).toList();
    }
}
