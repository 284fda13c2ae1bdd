package dev.trampette.generate;

import dev.trampette.spec.Convention;
import dev.trampette.spec.LeafTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Generated sources of several tables and designs, as `verify` takes them together: one file of C that includes all
/// headers and makes functions of what is in them, the sources beside it, and all contracts.
public final class Generated {

    private final Path directory;
    private final List<Path> files = new ArrayList<>();
    private final StringBuilder includes = new StringBuilder("#define TDX_INLINE\n");
    private final StringBuilder contracts = new StringBuilder();

    /// Nothing yet.
    public Generated(Path directory) {
        this.directory = directory;
    }

    /// The headers of a table, in all designs that have one.
    public Generated headers(LeafTable table) throws IOException {
        for (DesignSource design : DesignSource.all().stream().filter(CHeader::has).toList()) {
            CHeader header = new CHeader(design, table, "a table", Symbols.PLAIN);
            Files.writeString(directory.resolve(header.fileName()), header.text());
            includes.append("#include \"%s\"%n".formatted(header.fileName()));
            add(header.routines());
        }
        return this;
    }

    /// The sources of a table for the GNU assembler, in all designs.
    public Generated sources(LeafTable table, Convention convention) throws IOException {
        for (DesignSource design : DesignSource.all()) {
            add(new GasSource(design, table, convention, "a table", Symbols.PLAIN, false));
        }
        return this;
    }

    private void add(GasSource source) throws IOException {
        files.add(Files.writeString(directory.resolve(source.fileName()), source.text()));
        contracts.append(source.contracts());
    }

    /// What `verify` gets.
    ///
    /// @param level how the compiler optimises
    public String[] verify(String level, long seed) throws IOException {
        List<String> words = new ArrayList<>(List.of("verify"));
        if (includes.indexOf("#include") >= 0) {
            words.add(Files.writeString(directory.resolve("all.c"), includes).toString());
        }
        files.forEach(file -> words.add(file.toString()));
        words.addAll(List.of("--contract", Files.writeString(directory.resolve("all.contract"), contracts).toString(),
                "--iterations", "4", "--seed", Long.toString(seed), "--", level, "-mno-red-zone", "-mgeneral-regs-only",
                "-Wall", "-Wextra", "-Werror"));
        return words.toArray(String[]::new);
    }
}
