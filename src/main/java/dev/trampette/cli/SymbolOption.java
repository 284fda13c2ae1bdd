package dev.trampette.cli;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The option of commands that take code from outside: which of its routines are meant.
final class SymbolOption {

    @Option(names = "--symbol", paramLabel = "GLOB", description = "Of files: only these routines.")
    private List<String> symbols = List.of();

    /// Those that are named behind a file or by the option.
    ///
    /// @param all what there is
    /// @param variables what there is besides and cannot be called
    /// @param otherwise what is meant when none is named
    List<String> choose(CodeNames names, List<String> all, List<String> variables, List<String> otherwise) {
        List<String> wanted = Stream.concat(symbols.stream(), names.symbols().stream()).toList();
        wanted.stream().filter(variables::contains).findFirst().ifPresent(name -> {
            throw new InputException("a variable, not code: " + name);
        });
        return wanted.isEmpty() ? otherwise : Names.select(wanted, "routine", all, Stream::of,
                "there are " + all.stream().limit(8).collect(Collectors.joining(" ")));
    }
}
