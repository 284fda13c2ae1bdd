package dev.trampette.cli;

import dev.trampette.report.Format;
import dev.trampette.report.Json;
import dev.trampette.report.Table;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// The option that every command has that prints a table.
final class FormatOption {

    @Option(names = "--format", defaultValue = "text",
            description = "How to print the result: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format;

    /// Print a table, or the same as JSON.
    void print(Table table, Object json) {
        print(table::text, table::markdown, () -> json);
    }

    /// Print one of three forms of a result.
    ///
    /// @param text for a screen with so many columns
    void print(IntFunction<String> text, Supplier<String> markdown, Supplier<Object> json) {
        System.out.print(switch (format) {
            case TEXT -> text.apply(Screen.columns());
            case MARKDOWN -> markdown.get();
            case JSON -> Json.text(json.get());
        });
    }
}
