package dev.trampette.cli;

import dev.trampette.generate.DesignSource;
import dev.trampette.generate.WrapperSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `generate`: the wrappers of a table, as NASM source.
@Command(name = "generate", description = "Write the wrappers of a table in a design, as NASM source.")
final class GenerateCommand implements Callable<Integer> {

    private static final String HOME_PROPERTY = "trampette.home";

    @Option(names = "--design", required = true, paramLabel = "DESIGN",
            description = "inline, trampoline, per-leaf or memory-struct.")
    private String design;

    @Option(names = "--table", required = true, paramLabel = "FILE",
            description = "The table, in the format of src/main/resources/dev/trampette/spec/LEAVES.md.")
    private Path table;

    @Option(names = "--out", paramLabel = "DIR", description = "Where to write the source. Default: standard output.")
    private Path out;

    @Override
    public Integer call() {
        DesignSource written = DesignSource.find(design).orElseThrow(() ->
                new InputException("no such design, --design=%s; known: %s".formatted(design, DesignSource.labels())));
        WrapperSource source = new WrapperSource(written, TableFile.read(table), table.toString(), includes());
        String text = source.text();
        if (out == null) {
            System.out.print(text);
            return Main.HOLDS;
        }
        Path file = out.resolve(source.fileName());
        try {
            Files.createDirectories(out);
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new InputException("cannot write to the directory, --out=" + out);
        }
        System.err.println("wrote " + file);
        return Main.HOLDS;
    }

    /// The macros of this checkout, which the launcher names: the source may go anywhere.
    private static String includes() {
        return Path.of(System.getProperty(HOME_PROPERTY, ""), "src", "main", "asm", "include").toAbsolutePath()
                .toString();
    }
}
