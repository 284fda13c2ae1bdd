package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Rehearsed;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documentation of what the module exports says something of each public member, and javadoc finds no fault in it.
class DocumentationTest {

    /// Nothing is said of what comes back in line 8.
    private static final String FAULTY = """
            package dev.trampette.spec;

            /// A number.
            ///
            /// @param value all of it
            public record Up(int value) {
                /// Twice as much.
                public int twice() {
                    return 2 * value;
                }
            }
            """;

    @Test
    void javadoc_finds_the_one_fault_that_was_made(@TempDir Path directory) throws IOException {
        Path made = directory.resolve("made");
        Files.writeString(Files.createDirectories(made.resolve("dev/trampette/spec")).resolve("Up.java"), FAULTY);
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);

        int status = ToolProvider.findFirst("javadoc").orElseThrow().run(writer, writer, "-quiet", "-Xdoclint:all",
                "-Xmaxwarns", "5000", "--no-fonts", "-notree", "-noindex", "-nohelp", "-nonavbar",
                "-d", directory.resolve("pages").toString(), "--module-path", Rehearsed.plainClassPath(),
                "--module-source-path", "dev.trampette=src/main/java:target/generated-sources/tables:src/main/module:"
                        + made, "--module", "dev.trampette");

        assertThat(said.toString().lines().filter(line -> line.matches("(.*: )?(warning|error): .*"))
                .toList()).singleElement().asString().endsWith("Up.java:8: warning: no @return");
        assertThat(status).isZero();
    }
}
