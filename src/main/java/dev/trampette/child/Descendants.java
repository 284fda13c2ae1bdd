package dev.trampette.child;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a child has started: code that forks leaves processes that nobody knows when it has died. They are in the
/// session that the child began, and so found in proc(5).
///
/// @param child the number of the process, which leads the session
public record Descendants(long child) {

    private static final Path PROCESSES = Path.of("/proc");

    /// Behind the name of the program in `stat`, which ends with the last `)`: state, parent, group, session.
    private static final int SESSION = 3;

    /// Whether there is one, be it a process that has ended and nobody has waited for.
    public boolean areThere() {
        try (Stream<Path> processes = numbers()) {
            return processes.mapToLong(Descendants::number).anyMatch(this::isOne);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private static Stream<Path> numbers() throws IOException {
        return Files.list(PROCESSES).filter(process -> process.getFileName().toString().matches("\\d+"));
    }

    private static long number(Path process) {
        return Long.parseLong(process.getFileName().toString());
    }

    /// End them all. The child itself has ended, or is about to.
    public void end() {
        try (Stream<Path> processes = numbers()) {
            processes.mapToLong(Descendants::number).filter(this::isOne)
                    .forEach(number -> ProcessHandle.of(number).ifPresent(ProcessHandle::destroyForcibly));
        } catch (IOException | UncheckedIOException e) {
            // Without proc(5) there is no way to know.
        }
    }

    private boolean isOne(long number) {
        try {
            String stat = Files.readString(PROCESSES.resolve(Long.toString(number)).resolve("stat"));
            String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return number != child && Long.parseLong(words[SESSION]) == child;
        } catch (IOException e) {
            return false;               // it has ended meanwhile
        }
    }
}
