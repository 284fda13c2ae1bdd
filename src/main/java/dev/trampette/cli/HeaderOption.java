package dev.trampette.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/// The options that verify macros and inline functions of a header: it is included in a small source that uses them.
final class HeaderOption {

    @Option(names = "--header", paramLabel = "FILE",
            description = "A header of C, whose macros and inline functions --expand uses.")
    private Path header;

    @Option(names = "--expand", paramLabel = "LINES",
            description = "Functions that use the header: 'long halt(long off) { return TDVMCALL(12, off); }'")
    private String lines;

    boolean isGiven() {
        return header != null || lines != null;
    }

    /// Write the source, and do something with it and other files.
    ///
    /// @param names files beside it, and flags of the compiler; `*` for none
    int with(List<String> names, ToIntFunction<List<String>> verify) {
        if (header == null || lines == null) {
            throw new InputException("--header FILE and --expand 'LINES' go together");
        }
        if (!Files.isReadable(header)) {
            throw new InputException("no such file, --header=" + header);
        }
        Path source = null;
        try {
            source = Files.createTempFile("expanded-", ".c");
            Files.writeString(source, "#include \"%s\"\n%s\n".formatted(header.toAbsolutePath(), lines));
            List<String> all = new ArrayList<>(List.of(source.toString()));
            names.stream().filter(name -> !name.equals("*")).forEach(all::add);
            return verify.applyAsInt(all);
        } catch (IOException e) {
            throw new MachineException("the temporary directory cannot be used (%s)".formatted(e.getMessage()));
        } finally {
            delete(source);
        }
    }

    private static void delete(Path source) {
        try {
            if (source != null) {
                Files.deleteIfExists(source);
            }
        } catch (IOException e) {
            throw new MachineException("a temporary file cannot be deleted, file=" + source);
        }
    }
}
