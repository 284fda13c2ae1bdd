package dev.trampette.cli;

import dev.trampette.report.Format;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import picocli.CommandLine.Option;

/// The option that every command has that prints a table.
final class FormatOption {

    @Option(names = "--format", defaultValue = "text",
            description = "How to print the result: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    Format format;

    /// Print a table, or the same as JSON.
    void print(Table table, Object json) {
        System.out.print(switch (format) {
            case TEXT -> table.text();
            case MARKDOWN -> table.markdown();
            case JSON -> Json.text(json);
        });
    }
}
