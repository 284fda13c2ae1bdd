package dev.trampette.object;

import dev.trampette.call.MissingToolException;
import dev.trampette.call.ObjectException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program of the system that is run to its end: nothing to read, a file for what it says, a limit of time.
///
/// @param command its name
/// @param needed what installs it
record Tool(String command, String needed) {

    /// A compiler that takes a minute for a wrapper does not come to an end.
    private static final long SECONDS = 60;
    private static final int MOST_LINES = 40;

    static final Tool NASM = new Tool("nasm", "nasm");
    static final Tool LD = new Tool("ld", "binutils");
    static final Tool ADDR2LINE = new Tool("addr2line", "binutils");

    /// What it said, and whether it was content.
    record Outcome(boolean success, List<String> lines) {
    }

    /// @param directory where its output may lie meanwhile
    /// @param what it is run for, in an error
    /// @throws ObjectException when it does not end
    /// @throws MissingToolException when it is not installed
    Outcome run(List<String> arguments, Path directory, String what) throws IOException {
        Path said = Files.createTempFile(directory, "said-", ".txt");
        Process process = start(arguments, said, what);
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new ObjectException("%s does not end within %d seconds, file=%s"
                        .formatted(command, SECONDS, what));
            }
            List<String> lines = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).lines().toList();
            return new Outcome(process.exitValue() == 0, lines.size() <= MOST_LINES ? lines
                    : lines.subList(0, MOST_LINES));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ObjectException("interrupted, command=%s, file=%s".formatted(command, what));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private Process start(List<String> arguments, Path said, String what) {
        List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(arguments);
        try {
            return new ProcessBuilder(all).redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        } catch (IOException e) {
            throw new MissingToolException("%s is not installed, and %s needs it; install %s"
                    .formatted(all.getFirst(), what, needed));
        }
    }
}
