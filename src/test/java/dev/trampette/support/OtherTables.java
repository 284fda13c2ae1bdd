package dev.trampette.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The build once more, as Maven does it, with other tables: generator, make, and a JVM that runs what came out.
///
/// @param directory where all of it is: `tables`, `asm`, `java`, `lib`
public record OtherTables(Path directory) {

    private static final Path SHIPPED = Path.of("src/main/resources/dev/trampette/spec");

    /// The shipped tables with more entries.
    public static OtherTables append(Path directory, Map<Family, String> entries) throws Exception {
        OtherTables other = new OtherTables(directory);
        other.copyTables();
        for (Map.Entry<Family, String> more : entries.entrySet()) {
            Files.writeString(other.table(more.getKey()), more.getValue(), StandardOpenOption.APPEND);
        }
        other.build();
        return other;
    }

    private Path table(Family family) {
        return directory.resolve("tables").resolve(family.label() + ".yaml");
    }

    private void copyTables() throws IOException {
        Files.createDirectory(directory.resolve("tables"));
        try (Stream<Path> shipped = Files.list(SHIPPED)) {
            for (Path table : shipped.toList()) {
                Files.copy(table, directory.resolve("tables").resolve(table.getFileName()));
            }
        }
    }

    private void build() throws Exception {
        execute(ChildJvm.command(List.of(), "dev.trampette.generate.Build", directory.resolve("tables").toString(),
                directory.resolve("asm").toString(), directory.resolve("java").toString()).toArray(String[]::new));
        execute("make", "-s", "-f", "src/main/asm/Makefile", "SRC=src/main/asm",
                "GENERATED=" + directory.resolve("asm"),
                "OBJ=" + directory.resolve("obj"), "LIB=" + directory.resolve("lib"));
    }

    /// What a command of the lab prints with these tables and images; it must end with status 0.
    public String trampette(String... arguments) throws Exception {
        return run("dev.trampette.cli.Main", arguments);
    }

    /// What the main method of a class prints with these tables and images; it must end with status 0.
    public String run(String main, String... arguments) throws Exception {
        return execute(Lab.command(main, List.of("-Ddev.trampette.native=" + directory.resolve("lib"),
                "-Ddev.trampette.tables=" + directory.resolve("tables")), arguments).toArray(String[]::new));
    }

    private static String execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
