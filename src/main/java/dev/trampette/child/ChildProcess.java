package dev.trampette.child;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A process for foreign code, of which nothing is left when it is closed, or when this process ends: no process that
/// it has started, and no file in the temporary directory that it is given.
public final class ChildProcess implements AutoCloseable {

    /// No more memory than it needs, no time for a better compiler, no threads of a collector, no files that only a JVM
    /// in peace deletes, and no report when it dies: that is its parent's.
    private static final List<String> OPTIONS = List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
            "-XX:-UsePerfData", "-XX:+SuppressFatalErrorMessage");

    /// More than any message has: foreign code may write what it likes.
    private static final int LONGEST_LINE = 1 << 26;

    private final Path directory;
    private final Process process;
    private final Thread atExit = new Thread(this::end);

    private ChildProcess(Class<?> main, List<String> options, Map<String, String> environment, Path directory)
            throws IOException {
        this.directory = directory;
        ProcessBuilder builder = new ProcessBuilder(command(main, options, directory))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        builder.environment().put("TMPDIR", directory.toString());
        // Threads of OpenMP wait for one that is stepped: they would spin, and take the processor from it for a minute.
        builder.environment().putIfAbsent("OMP_WAIT_POLICY", "passive");
        this.process = builder.start();
        Runtime.getRuntime().addShutdownHook(atExit);
        process.onExit().thenRun(this::endDescendants);         // or they keep its pipe open
    }

    /// Start the same Java, with the same classes.
    ///
    /// @param main what it runs; its argument is the number of this process
    /// @param options of Java, beside those that every child has
    /// @throws UncheckedIOException when it cannot be started
    public static ChildProcess start(Class<?> main, List<String> options) {
        return start(main, options, Map.of());
    }

    /// The same, with variables of the environment.
    ///
    /// @param main what it runs; its argument is the number of this process
    /// @param options of Java, beside those that every child has
    /// @param environment beside that of this process
    /// @throws UncheckedIOException when it cannot be started
    public static ChildProcess start(Class<?> main, List<String> options, Map<String, String> environment) {
        try {
            return new ChildProcess(main, options, environment, Files.createTempDirectory(
                    "trampette-child-%d-".formatted(ProcessHandle.current().pid())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Class<?> main, List<String> options, Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(OPTIONS);
        command.add("-Djava.io.tmpdir=" + directory);
        command.addAll(classes(main));
        command.add(Long.toString(ProcessHandle.current().pid()));
        return command;
    }

    /// Where the classes are, and which is the first: on the module path when they are here.
    private static List<String> classes(Class<?> main) {
        Module module = main.getModule();
        List<String> arguments = new ArrayList<>();
        arguments.add("--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        if (!module.isNamed()) {
            arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
            return arguments;
        }
        Optional.ofNullable(System.getProperty("jdk.module.path"))
                .ifPresent(path -> arguments.addAll(List.of("--module-path", path)));
        arguments.addAll(List.of("--module", module.getName() + "/" + main.getName()));
        return arguments;
    }

    /// Write a line to its standard input. One that has ended does not hear it.
    public void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // Its end says more.
        }
    }

    /// What it has written to its standard output, up to the end of a line; null when there is no more.
    public String hear() throws IOException {
        StringBuilder line = new StringBuilder();
        int read = process.inputReader(StandardCharsets.UTF_8).read();
        if (read < 0) {
            return null;
        }
        for (; read >= 0 && read != '\n'; read = process.inputReader(StandardCharsets.UTF_8).read()) {
            if (line.length() < LONGEST_LINE) {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    /// Its exit status, when it has come to its end.
    public int status() throws InterruptedException {
        return process.waitFor();
    }

    /// How it ended, in words.
    public String ending() throws InterruptedException {
        return Ending.of(status());
    }

    /// End it, and all that it has started.
    public void end() {
        process.destroyForcibly();
        endDescendants();
        try {
            process.waitFor();
            deleteFiles();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void endDescendants() {
        new Descendants(process.pid()).end();
    }

    private void deleteFiles() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // Somebody else deletes it too.
        }
    }
}
