package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documentation of the library: it is of the packages that the module exports, it says something of each public
/// member, and javadoc finds no fault in it.
class DocumentationTest {

    private static final Pattern EXPORTED = Pattern.compile("exports ([\\w.]+);");
    private static final Pattern UNPUBLISHED = Pattern.compile("(?s)<excludePackageNames>(.*)</excludePackageNames>");
    private static final Path SOURCES = Path.of("src/main/java");

    /// A source with one fault, to see that faults are found.
    private static final String FAULTY = """
            package made;

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
    void javadoc_finds_one_fault_and_that_was_made(@TempDir Path directory) throws IOException {
        Path made = Files.createDirectories(directory.resolve("sources/made"));
        Files.writeString(made.resolve("Up.java"), FAULTY);
        Files.writeString(made.resolve("package-info.java"), "/// Made up.\npackage made;\n");
        List<String> arguments = new ArrayList<>(List.of("-quiet", "-Xdoclint:all", "-Xmaxwarns", "5000", "--no-fonts",
                "-notree", "-noindex", "-nohelp", "-nonavbar", "-d", directory.resolve("pages").toString(),
                "-classpath", System.getProperty("java.class.path"), "-sourcepath", "%s:%s:%s".formatted(SOURCES,
                        "target/generated-sources/tables", made.getParent()), "made"));
        exported()
                .filter(name -> !name.matches(".*\\.(abi|call|contract|image|junit|shim.*)")) // are not finished
                .forEach(arguments::add);
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);

        int status = ToolProvider.findFirst("javadoc").orElseThrow().run(writer, writer,
                arguments.toArray(String[]::new));

        assertThat(said.toString().lines()).hasSize(4).first().asString().endsWith("Up.java:8: warning: no @return");
        assertThat(status).isZero();
    }

    @Test
    void what_is_not_exported_is_not_published() throws IOException {
        List<String> unpublished = UNPUBLISHED.matcher(Files.readString(Path.of("pom.xml"))).results()
                .flatMap(match -> Stream.of(match.group(1).strip().split(":"))).toList();
        Set<String> exported = exported().collect(Collectors.toSet());

        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                    .map(file -> SOURCES.relativize(file.getParent()).toString().replace('/', '.'))
                    .filter(name -> !exported.contains(name)).distinct())
                    .isNotEmpty().allMatch(name -> unpublished.stream().anyMatch(other ->
                            other.endsWith(".*") ? name.startsWith(other.replace("*", "")) : name.equals(other)));
        }
    }

    private static Stream<String> exported() throws IOException {
        return EXPORTED.matcher(Files.readString(Path.of("src/main/module/module-info.java"))).results()
                .map(match -> match.group(1));
    }
}
