package dev.trampette.cli;

import dev.trampette.cli.foreign.Message;
import dev.trampette.cli.foreign.Outcome;
import dev.trampette.cli.foreign.Parent;
import dev.trampette.cli.foreign.Request;
import dev.trampette.cli.foreign.Task;
import dev.trampette.contract.ContractFile;
import dev.trampette.spec.Convention;
import dev.trampette.verify.trace.Tracing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options of commands that take code from outside: `FILE[:SYMBOL]`.
final class ForeignOption {

    private static final Tracing UNTRACED = Tracing.of(Optional.empty());

    @Mixin
    private SymbolOption symbols;

    @Option(names = "--convention", paramLabel = "NAME", defaultValue = "sysv",
            description = "Of files: sysv, ms-x64 or registers, where no contract says it. Default: ${DEFAULT-VALUE}.")
    private String convention;

    @Option(names = "--contract", paramLabel = "FILE",
            description = "Of files: contracts, a block for each routine; else they are learnt from calls.")
    private Path contract;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "Of files: a line of the contract, or a C prototype.")
    private List<String> lines = List.of();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "Of files: time for one routine. Default: ${DEFAULT-VALUE}.")
    private long timeout;

    /// Verify what the names mean, in processes of their own.
    ///
    /// @param names `FILE[:SYMBOL]`, and flags of the compiler from the first on that begins with `-`
    /// @param isOnlyAsm whether asm statements alone are meant
    List<Outcome> verify(List<String> names, long seed, int iterations, boolean isOnlyAsm) {
        return run(names, convention, isOnlyAsm ? Task.STATEMENTS : Task.VERIFY, UNTRACED, seed, iterations,
                this::choose);
    }

    /// Verify one routine.
    ///
    /// @param side 0 for the first of two, whose conventions may differ, 1 for the second
    Outcome verifyOne(List<String> names, int side, long seed, int iterations) {
        String[] conventions = convention.split(",", 2);
        return run(names, conventions[Math.min(side, conventions.length - 1)], Task.VERIFY, UNTRACED, seed,
                iterations, this::chooseOne).getFirst();
    }

    /// Time for one routine.
    Duration limit() {
        return Duration.ofSeconds(timeout);
    }

    /// Learn the contracts of what the names mean.
    List<Outcome> learn(List<String> names, long seed) {
        return run(names, convention, Task.DESCRIBE, UNTRACED, seed, 1, this::choose);
    }

    /// Call one routine, instruction by instruction.
    ///
    /// @param tracing what its instruction answers, and how it is written
    Outcome trace(List<String> names, Tracing tracing, long seed) {
        return run(names, convention, Task.TRACE, tracing, seed, 1, this::chooseOne).getFirst();
    }

    private List<String> choose(CodeNames names, Message.Symbols there) {
        return symbols.choose(names, there.names(), there.variables(), there.meant());
    }

    private List<String> chooseOne(CodeNames names, Message.Symbols there) {
        List<String> chosen = choose(names, there);
        if (chosen.size() > 1) {
            throw new InputException("one routine at a time, FILE:SYMBOL; there are %s".formatted(
                    String.join(" ", chosen)));
        }
        return chosen;
    }

    private List<Outcome> run(List<String> words, String convention, Task task, Tracing tracing, long seed,
            int iterations, BiFunction<CodeNames, Message.Symbols, List<String>> choose) {
        if (timeout < 1) {
            throw new InputException("no time to verify anything, --timeout=" + timeout);
        }
        CodeNames names = CodeNames.of(words);
        Convention.labelled(convention).filter(it -> it.isC() || it.equals(Convention.REGISTERS)).orElseThrow(() ->
                new InputException("a convention is sysv, ms-x64 or registers, --convention=" + convention));
        List<String> prototypes = lines.stream().filter(ContractFile::isPrototype).toList();
        List<String> keys = lines.stream().filter(line -> !prototypes.contains(line)).toList();
        for (String line : keys) {
            if (line.indexOf('=') < 1) {
                throw new InputException("a line of a contract is KEY=VALUE, or a C prototype, -D " + line);
            }
        }
        Optional<String> said = prototypes.isEmpty() ? contracts() : Optional.of(contracts().map(text -> text
                + "\n").orElse("") + String.join("\n", prototypes) + "\n" + String.join("\n", keys));
        Request request = new Request(names.files(), names.compilerFlags(), convention, said,
                contract != null ? contract.toString() : prototypes.isEmpty() ? "" : "-D",
                prototypes.isEmpty() ? keys : List.of(), task, tracing, seed, iterations);
        Parent parent = new Parent(request, Duration.ofSeconds(timeout));
        AtomicReference<Progress> progress = new AtomicReference<>();
        try {
            return parent.verify(there -> {
                List<String> chosen = choose.apply(names, there);
                progress.set(new Progress(task.doing(), chosen.size()));
                return chosen;
            }, symbol -> progress.get().step(symbol));
        } finally {
            Optional.ofNullable(progress.get()).ifPresent(Progress::close);
        }
    }

    private Optional<String> contracts() {
        if (contract == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(contract));
        } catch (IOException e) {
            throw new InputException("cannot read the file, --contract=" + contract);
        }
    }
}
