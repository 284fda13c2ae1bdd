package dev.trampette.cli;

import dev.trampette.spec.LeafTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A table, as an option or an argument names it: a user's file, or one that comes with this library.
final class TableFile {

    private TableFile() {
    }

    /// @throws InputException when there is no such file, nor a shipped table of this name
    /// @throws dev.trampette.spec.TableException at the first entry that is wrong
    static LeafTable read(Path file) {
        String name = file.toString();
        if (!Files.exists(file) && LeafTable.NAMES.contains(name)) {
            return LeafTable.named(name);
        }
        try {
            return LeafTable.read(name, Files.readString(file));
        } catch (IOException e) {
            throw new InputException("cannot read the file %s, and no shipped table is called so: %s"
                    .formatted(name, String.join(" ", LeafTable.NAMES)));
        }
    }
}
