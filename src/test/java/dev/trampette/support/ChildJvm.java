package dev.trampette.support;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A JVM of its own for a test: one that changes signals, is stopped, or may end.
public final class ChildJvm {

    private ChildJvm() {
    }

    /// Start the main class of a test, with what it prints and the errors in one stream.
    public static Process start(Class<?> main, String... arguments) throws IOException {
        return new ProcessBuilder(command(List.of(), main.getName(), arguments)).redirectErrorStream(true).start();
    }

    /// The words that start a class with a main method: with the classes of this JVM, and with its compiler, collector
    /// and cache, for all of them live for seconds.
    ///
    /// @param options beside those
    public static List<String> command(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:") || option.startsWith("-Xlog")).forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return command;
    }
}
