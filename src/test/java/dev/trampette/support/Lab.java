package dev.trampette.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The command line in a JVM of its own.
public final class Lab {

    private Lab() {
    }

    /// What a command prints, on both outputs; it must end with status 0.
    public static String run(String... arguments) throws IOException, InterruptedException {
        Process process = start(command(List.of(), arguments));
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /// What a shell prints, on both outputs, that has a command of the lab as its arguments: `"$@" | head -1`.
    ///
    /// @param options of the JVM
    public static String shell(String script, List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "-"));
        command.addAll(command(options, arguments));
        return new String(start(command).getInputStream().readAllBytes());
    }

    /// The words that start the lab.
    static List<String> command(List<String> options, String... arguments) {
        return command("dev.trampette.cli.Main", options, arguments);
    }

    /// The words that start another class with a main method.
    static List<String> command(String main, List<String> options, String... arguments) {
        return ChildJvm.command(Stream.concat(Stream.of("--sun-misc-unsafe-memory-access=allow"), options.stream())
                .toList(), main, arguments);
    }

    /// A command that goes on by itself.
    ///
    /// @param options of the JVM
    public static Process start(List<String> options, String... arguments) throws IOException {
        return start(command(options, arguments));
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
