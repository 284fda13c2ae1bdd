package dev.trampette.cli;

import dev.trampette.report.Table;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// All things of one kind, as a table and for programs.
///
/// @param all the things
/// @param among what is worth to know about them in a summary
/// @param header makes the table that the rows go into
/// @param cells of the row of one
/// @param members of one, for programs
record Listing<T>(List<T> all, String among, Supplier<Table> header, Function<T, Object[]> cells,
        Function<T, Map<String, Object>> members) {

    /// A row for each.
    Table table() {
        Table table = header.get();
        all.forEach(one -> table.row(cells.apply(one)));
        return table;
    }

    /// An object for each.
    List<Map<String, Object>> json() {
        return all.stream().map(members).toList();
    }
}
