package dev.trampette.cli;

import dev.trampette.spec.LeafTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A user's table, as `--table` names it.
final class TableFile {

    private TableFile() {
    }

    /// @throws InputException when there is no such file
    /// @throws dev.trampette.spec.TableException at the first entry that is wrong
    static LeafTable read(Path file) {
        try {
            return LeafTable.read(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new InputException("cannot read the file, --table=" + file);
        }
    }
}
