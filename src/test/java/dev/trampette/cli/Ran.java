package dev.trampette.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/// A command that ran to its end in this process.
///
/// @param status its exit status
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
public record Ran(int status, String out, String err) {

    /// Run it.
    public static Ran of(String... args) {
        var bytes = new ByteArrayOutputStream();
        var errors = new StringWriter();
        PrintStream standard = System.out;
        System.setOut(new PrintStream(bytes, true));
        try {
            int status = Main.commandLine().setErr(new PrintWriter(errors, true))
                    .setOut(new PrintWriter(bytes, true)).execute(args);
            return new Ran(status, bytes.toString(), errors.toString());
        } finally {
            System.setOut(standard);
        }
    }
}
