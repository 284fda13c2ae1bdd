package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A temporary directory that is gone when it is closed, with all that is in it.
///
/// @param directory where it is
record Workspace(Path directory) implements AutoCloseable {

    /// Whose it is can be seen.
    static final String PREFIX = "trampette-object-%d-".formatted(ProcessHandle.current().pid());

    /// Those that a JVM leaves when it is ended meanwhile.
    private static final Set<Workspace> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(Workspace::close)));
    }

    /// @throws MissingToolException when there is no place to write to
    static Workspace open() {
        try {
            Workspace workspace = new Workspace(Files.createTempDirectory(PREFIX));
            OPEN.add(workspace);
            return workspace;
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    /// A file in it.
    Path write(String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw cannotWrite(e);
        }
    }

    static MissingToolException cannotWrite(IOException e) {
        return new MissingToolException("the temporary directory cannot be used (%s); name another with %s"
                .formatted(e.getMessage(), "-Djava.io.tmpdir=DIR"));
    }

    @Override
    public void close() {
        OPEN.remove(this);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new MissingToolException("a temporary directory cannot be deleted (%s), directory=%s"
                    .formatted(e.getMessage(), directory));
        }
    }
}
