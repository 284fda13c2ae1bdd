package dev.trampette.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One entry in a table is all that a new leaf takes. The build is done once more as Maven does it, with a made-up leaf
/// in each family; nothing else is edited, and a JVM of its own finds the leaf everywhere.
class MadeUpLeafTest {

    private static final Path SHIPPED = Path.of("src/main/resources/dev/trampette/spec");

    private static final String ENTRY = """
              - name: %sMADE.UP
                number: 0x7a
                in:
                  r8: {name: first, type: u32, text: a value}
                  rdx: {name: second, type: u8, text: another}
                  rbx: {name: "rest[0]", text: and more}
                  r15: {name: "rest[1]", text: and more}
                out:
                  r9: {name: answer, text: what comes back}
                  r12: {name: also, text: and this}
            """;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void build() throws Exception {
        Path tables = Files.createDirectory(directory.resolve("tables"));
        try (Stream<Path> shipped = Files.list(SHIPPED)) {
            for (Path table : shipped.toList()) {
                Files.copy(table, tables.resolve(table.getFileName()));
            }
        }
        for (Family family : Family.values()) {
            Files.writeString(tables.resolve(family.label() + ".yaml"), ENTRY.formatted(family.prefix()),
                    StandardOpenOption.APPEND);
        }
        String yaml = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> entry.contains("snakeyaml-engine")).findFirst().orElseThrow();
        run(0, java(), "-cp", yaml, "src/main/java/dev/trampette/generate/Build.java", tables.toString(),
                directory.resolve("asm").toString(), directory.resolve("java").toString());
        run(0, "make", "-s", "-f", "src/main/asm/Makefile", "SRC=src/main/asm", "GENERATED=" + directory.resolve("asm"),
                "OBJ=" + directory.resolve("obj"), "LIB=" + directory.resolve("lib"));
    }

    @ParameterizedTest
    @EnumSource
    void it_is_listed_with_a_wrapper_in_every_design(Family family) throws Exception {
        String list = trampette(0, "list", "wrappers", "--format", "json");

        assertThat(wrappers(family)).allSatisfy(wrapper -> assertThat(list).contains("\"" + wrapper + "\""));
    }

    @ParameterizedTest
    @EnumSource
    void it_is_described(Family family) throws Exception {
        assertThat(trampette(0, "describe", family.prefix() + "MADE.UP")).contains("0x7a").contains("R9")
                .contains("what comes back").contains("u8 second").contains("const u64 rest[2]");
        assertThat(trampette(0, "describe", "0x7a")).contains(family.prefix() + "MADE.UP");
    }

    @ParameterizedTest
    @EnumSource
    void it_is_verified(Family family) throws Exception {
        List<String> command = new ArrayList<>(List.of("verify"));
        command.addAll(wrappers(family));

        assertThat(trampette(0, command.toArray(String[]::new))).contains("4 wrappers").contains("all hold");
    }

    @Test
    void it_is_measured() throws Exception {
        assertThat(trampette(0, "bench", "--quick", "--include", "^leaf/per-leaf/tdg_made_up$"))
                .contains("leaf/per-leaf/tdg_made_up");
    }

    @Test
    void it_has_a_typed_call() throws Exception {
        String source = Files.readString(directory.resolve("java/dev/trampette/tdx/Tdcall.java"));

        assertThat(source).contains("MadeUp madeUp(int first, boolean second, long rest0, long rest1);");
    }

    private static List<String> wrappers(Family family) {
        String leaf = family.prefix().isEmpty() ? "made_up" : family.label() + "_made_up";
        return DesignSource.all().stream().map(design -> design.label().replace('-', '_') + "_" + leaf)
                .collect(Collectors.toList());
    }

    private static String trampette(int status, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(java(), "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Ddev.trampette.native=" + directory.resolve("lib"),
                "-Ddev.trampette.tables=" + directory.resolve("tables"), "-cp", System.getProperty("java.class.path"),
                "dev.trampette.cli.Main"));
        command.addAll(List.of(arguments));
        return run(status, command.toArray(String[]::new));
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String run(int status, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isEqualTo(status);
        return output;
    }
}
