package dev.trampette.cli;

import dev.trampette.cli.foreign.Child;
import dev.trampette.cli.foreign.Request;
import dev.trampette.cli.foreign.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.util.List;
import java.util.Optional;

/// What the launcher has Java remember: the classes of both processes of `verify FILE`, and of the tables.
final class Rehearsal {

    private Rehearsal() {
    }

    /// @param arguments a file, and a routine in it; nobody sees whether it holds
    public static void main(String[] arguments) throws IOException {
        Output nowhere = new Output(OutputStream.nullOutputStream(), true);
        Main.run(nowhere, "list", "--format", "json");
        Main.run(nowhere, "verify", arguments[0]);
        Child.run(new BufferedReader(new StringReader(new Request(List.of(arguments[0]), List.of(), "sysv",
                Optional.empty(), "", List.of(), Task.VERIFY, Optional.empty(), 1, 1).json() + "\n"
                + Request.chosen(List.of(arguments[1])) + "\n")), nowhere.stream());
    }
}
