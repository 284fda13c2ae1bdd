package dev.trampette.cli;

import dev.trampette.cli.foreign.Outcome;
import dev.trampette.cli.foreign.Parent;
import dev.trampette.cli.foreign.Request;
import dev.trampette.spec.Convention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The options of commands that take code from outside: `FILE[:SYMBOL]`.
final class ForeignOption {

    private static final List<String> EXTENSIONS = List.of(".o", ".a", ".so", ".asm", ".nasm", ".s", ".S", ".c");

    @Option(names = "--symbol", paramLabel = "GLOB", description = "Of files: only these routines.")
    private List<String> symbols = List.of();

    @Option(names = "--convention", paramLabel = "NAME", defaultValue = "sysv",
            description = "Of files: sysv or ms-x64, where no contract says it. Default: ${DEFAULT-VALUE}.")
    private String convention;

    @Option(names = "--contract", paramLabel = "FILE",
            description = "Of files: contracts, a block for each routine; else they are learnt from calls.")
    private Path contract;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "Of files: a line of the contract.")
    private List<String> lines = List.of();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60",
            description = "Of files: time for one routine. Default: ${DEFAULT-VALUE}.")
    private long timeout;

    /// A file, and the routine in it that is meant.
    private record Argument(String file, Optional<String> symbol) {

        static Argument of(String word) {
            int colon = word.lastIndexOf(':');
            return colon > 0 && !Files.exists(Path.of(word))
                    ? new Argument(word.substring(0, colon), Optional.of(word.substring(colon + 1)))
                    : new Argument(word, Optional.empty());
        }

        boolean isFile() {
            return file.contains("/") || EXTENSIONS.stream().anyMatch(file::endsWith)
                    || Files.isRegularFile(Path.of(file));
        }
    }

    /// Whether code from outside is meant, and not a wrapper by its name.
    static boolean isMeant(List<String> names) {
        List<Boolean> files = names.stream().takeWhile(name -> !name.startsWith("-"))
                .map(name -> Argument.of(name).isFile()).distinct().toList();
        if (files.size() > 1) {
            throw new InputException("files and names of shipped wrappers do not go together: "
                    + String.join(" ", names));
        }
        return files.equals(List.of(true));
    }

    /// Verify what the names mean, in processes of their own.
    ///
    /// @param names `FILE[:SYMBOL]`, and flags of the compiler from the first on that begins with `-`
    List<Outcome> verify(List<String> names, long seed, int iterations) {
        return run(names, "verifying", false, seed, iterations);
    }

    /// Learn the contracts of what the names mean.
    List<Outcome> learn(List<String> names, long seed) {
        return run(names, "learning", true, seed, 1);
    }

    private List<Outcome> run(List<String> names, String task, boolean isLearning, long seed, int iterations) {
        if (timeout < 1) {
            throw new InputException("no time to verify anything, --timeout=" + timeout);
        }
        List<Argument> arguments = names.stream().takeWhile(name -> !name.startsWith("-")).map(Argument::of).toList();
        List<String> flags = names.subList(arguments.size(), names.size());
        Convention.labelled(convention).filter(Convention::isC).orElseThrow(() ->
                new InputException("a convention of C functions is sysv or ms-x64, --convention=" + convention));
        for (String line : lines) {
            if (line.indexOf('=') < 1) {
                throw new InputException("a line of a contract is KEY=VALUE, -D " + line);
            }
        }
        Request request = new Request(arguments.stream().map(Argument::file).distinct().toList(), flags, convention,
                contracts(), contract == null ? "" : contract.toString(), lines, isLearning, seed,
                iterations);
        Parent parent = new Parent(request, Duration.ofSeconds(timeout));
        AtomicReference<Progress> progress = new AtomicReference<>();
        try {
            return parent.verify(all -> {
                List<String> chosen = chosen(arguments, all);
                progress.set(new Progress(task, chosen.size()));
                return chosen;
            }, symbol -> progress.get().step(symbol));
        } finally {
            Optional.ofNullable(progress.get()).ifPresent(Progress::close);
        }
    }

    private List<String> chosen(List<Argument> arguments, List<String> all) {
        List<String> wanted = new ArrayList<>(symbols);
        arguments.forEach(argument -> argument.symbol().ifPresent(wanted::add));
        return wanted.isEmpty() ? all : Names.select(wanted, "routine", all, Stream::of,
                "there are " + all.stream().limit(8).collect(Collectors.joining(" ")));
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
