package dev.trampette.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The sources in assembly, which are in the lab jar: macros and runtime, to assemble other wrappers with, and the
/// specimens, to be looked at.
final class AsmSources {

    private static final String ROOT = "/META-INF/asm";
    private static final String SPECIMENS = "specimens";

    private AsmSources() {
    }

    /// Copy everything but the specimens into a directory.
    static void copyTo(Path directory) {
        in("", root -> {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = directory.resolve(root.relativize(file).toString());
                    if (!root.relativize(file).startsWith(SPECIMENS)) {
                        Files.createDirectories(copy.getParent());
                        Files.copy(file, copy);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// The lines that a specimen is made of: the comment before it and its body; or where a macro makes it, the macro
    /// and its call. Empty where there is no such specimen.
    static List<String> specimen(String name) {
        StringBuilder found = new StringBuilder();
        in("/" + SPECIMENS, root -> {
            try (Stream<Path> files = Files.list(root)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".asm")).toList()) {
                    specimen(Files.readString(file), name).ifPresent(found::append);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return found.toString().lines().toList();
    }

    private static Optional<String> specimen(String source, String name) {
        return first("((?:^;.*\n)*)^(\\w+) " + name + ",(?:.*\\\\\n)*.*\n", source).map(head -> {
            if (head.group(2).equals("SPECIMEN")) {
                int end = source.indexOf("END_SPECIMEN " + name + "\n", head.end());
                return head.group(1) + source.substring(head.end(), end);
            }
            return first("^%macro " + head.group(2) + " (?:.*\n)*?%endmacro\n", source).map(MatchResult::group)
                    .orElse("") + "\n" + head.group();
        });
    }

    private static Optional<MatchResult> first(String pattern, String source) {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(source);
        return matcher.find() ? Optional.of(matcher.toMatchResult()) : Optional.empty();
    }

    /// Do something with a directory of the class path, in a jar or not.
    private static void in(String directory, Consumer<Path> work) {
        try {
            URI uri = AsmSources.class.getResource(ROOT + directory).toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    work.accept(jar.getPath(ROOT + directory));
                }
            } else {
                work.accept(Path.of(uri));
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
