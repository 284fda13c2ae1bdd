package dev.trampette.cli;

import dev.trampette.report.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/// The option of commands that can draw a page of what they print.
final class PageOption {

    @Option(names = "--out", paramLabel = "FILE.html", description = "Write a page, too.")
    private Path out;

    /// Before anything runs.
    ///
    /// @throws InputException when the file cannot be meant
    void check() {
        if (out != null && !out.toString().endsWith(".html")) {
            throw new InputException("a page is a file that ends in .html, --out=" + out);
        }
    }

    /// Draw it, if it is wanted.
    ///
    /// @param json what `--format json` prints
    /// @param draw makes HTML of it
    void write(Map<String, Object> json, UnaryOperator<String> draw) {
        if (out != null) {
            PageFile.write(out, draw.apply(Json.text(json)));
        }
    }
}
