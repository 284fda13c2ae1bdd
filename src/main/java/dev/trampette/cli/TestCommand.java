package dev.trampette.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `test`: for the help text. The launcher runs the tests itself, for they build the jar that this class is in.
@Command(name = "test", description = "Run the whole test suite, a smoke run of every benchmark included.")
final class TestCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new InputException("`test` is the launcher's: run ./trampette test");
    }
}
