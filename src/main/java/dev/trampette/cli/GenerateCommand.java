package dev.trampette.cli;

import dev.trampette.generate.CHeader;
import dev.trampette.generate.DesignSource;
import dev.trampette.generate.GasSource;
import dev.trampette.generate.Symbols;
import dev.trampette.generate.Syntax;
import dev.trampette.generate.WrapperSource;
import dev.trampette.spec.Convention;
import dev.trampette.spec.LeafTable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `generate`: the wrappers of a table, as source.
@Command(name = "generate", description = "Write the wrappers of a table in a design: NASM, GAS, or C.")
final class GenerateCommand implements Callable<Integer> {

    private static final String HOME_PROPERTY = "trampette.home";

    @Option(names = "--design", required = true, paramLabel = "DESIGN",
            description = "inline, trampoline, per-leaf or memory-struct.")
    private String design;

    @Option(names = "--table", required = true, paramLabel = "FILE",
            description = "The table, in the format of src/main/resources/dev/trampette/spec/LEAVES.md.")
    private Path table;

    @Option(names = "--syntax", paramLabel = "SYNTAX", defaultValue = "nasm",
            description = "nasm: with the macros of this project; gas: one .S that needs no other file; c: a header, "
                    + "and a .S beside it. Default: nasm.")
    private String syntax;

    @Option(names = "--convention", paramLabel = "CONVENTION", defaultValue = "sysv",
            description = "nasm, gas: how the functions are called, sysv or ms-x64. Default: sysv.")
    private String convention;

    @Option(names = "--symbols", paramLabel = "SYMBOLS", defaultValue = "plain",
            description = "gas, c: how functions are written: plain directives, or kernel for the macros of Linux. "
                    + "Default: plain.")
    private String symbols;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to write the source, and for gas and c the "
            + "contracts beside it. Default: standard output.")
    private Path out;

    @Override
    public Integer call() {
        DesignSource written = chosen("design", design, DesignSource.all(), DesignSource::label);
        Syntax language = chosen("syntax", syntax, List.of(Syntax.values()), Syntax::label);
        Symbols functions = chosen("symbols", symbols, List.of(Symbols.values()), Symbols::label);
        Convention called = chosen("convention", convention,
                Convention.all().stream().filter(Convention::isC).toList(), Convention::label);
        Map<String, String> files = files(written, language, called, functions, TableFile.read(table));
        if (out == null) {
            System.out.print(files.values().iterator().next());
        } else {
            new NewFiles(out, files).write().forEach(file -> System.err.println("wrote " + file));
        }
        return Main.HOLDS;
    }

    /// What is written, by the names of files; the one for standard output first.
    private Map<String, String> files(DesignSource written, Syntax language, Convention called, Symbols functions,
            LeafTable leaves) {
        Map<String, String> files = new LinkedHashMap<>();
        switch (language) {
            case NASM -> {
                WrapperSource source = new WrapperSource(written, leaves, called, table.toString(),
                        includes());
                files.put(source.fileName(), source.text());
            }
            case GAS -> {
                GasSource source = new GasSource(written, leaves, called, table.toString(), functions,
                        false);
                files.put(source.fileName(), source.text());
                files.put(source.contractName(), source.contracts());
            }
            case C -> {
                if (called != Convention.SYSV) {
                    throw new InputException("--syntax c calls by --convention sysv alone");
                }
                if (out == null) {
                    throw new InputException("a header and a source are written; say where, --out DIR");
                }
                if (!CHeader.has(written)) {
                    throw new InputException("--syntax c has the designs trampoline and memory-struct, --design="
                            + design);
                }
                CHeader header = new CHeader(written, leaves, table.toString(), functions);
                files.put(header.fileName(), header.text());
                files.put(header.routines().fileName(), header.routines().text());
                files.put(header.routines().contractName(), header.routines().contracts());
            }
        }
        return files;
    }

    private static <T> T chosen(String option, String value, List<T> all, Function<T, String> label) {
        return all.stream().filter(one -> label.apply(one).equals(value)).findFirst().orElseThrow(() ->
                new InputException("no such %1$s, --%1$s=%2$s; known: %3$s".formatted(option, value,
                        all.stream().map(label).collect(Collectors.joining(" ")))));
    }

    /// The macros of this checkout, which the launcher names: the source may go anywhere.
    private static String includes() {
        return Path.of(System.getProperty(HOME_PROPERTY, ""), "src", "main", "asm", "include").toAbsolutePath()
                .toString();
    }
}
