package dev.trampette;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The library as its users have it: a jar on the module path, in a Java that has nothing but java.base, and on the
/// class path.
class ModuleTest {

    private static final Path CLASSES = Path.of("target/classes");
    private static final Set<String> LAB = Set.of("cli", "report", "cost", "benchmarks");

    private static final String MAIN = """
            package uses;

            import dev.trampette.abi.AbiAssert;
            import dev.trampette.shim.tdx.GhciVmm;
            import dev.trampette.shim.tdx.TdxModule;
            import dev.trampette.tdx.Design;
            import dev.trampette.tdx.TdGuest;
            import java.lang.foreign.Linker;

            public class Main {
                public static void main(String[] arguments) {
                    var labs = Linker.nativeLinker().defaultLookup();
                    AbiAssert.that(labs, "labs").contract("arguments=x:u64 result=u64").cases(5).holds();
                    AbiAssert.that(labs, "labs").contract("arguments=x:u64 result=u64").cases(5).isolated()
                            .against(given -> Math.abs(given.value("x"))).holds();
                    var td = TdGuest.of(Design.TRAMPOLINE, new TdxModule(new GhciVmm().msr(0x10, 42)));
                    System.out.println(Main.class.getModule() + " " + td.readMsr(0x10));
                }
            }
            """;

    @TempDir
    private static Path directory;
    private static String library;
    private static String users;

    @BeforeAll
    static void build() throws IOException {
        List<String> jar = new ArrayList<>(List.of("--create", "--file", directory.resolve("trampette.jar").toString(),
                "-C", "target/module", "module-info.class"));
        try (Stream<Path> rooms = Files.list(CLASSES.resolve("dev/trampette"))) {
            rooms.filter(room -> !LAB.contains(room.getFileName().toString())).forEach(room -> jar.addAll(
                    List.of("-C", CLASSES.toString(), CLASSES.relativize(room).toString())));
        }
        jar.addAll(List.of("-C", CLASSES.toString(), "META-INF/native/linux-x86_64/libtrampette-shim.so"));
        tool("jar", jar);
        library = String.join(":", Stream.concat(Stream.of(directory.resolve("trampette.jar").toString()),
                Stream.of(System.getProperty("java.class.path").split(":")).filter(path ->
                        path.matches(".*/(jelf|snakeyaml-engine)-[^/]*\\.jar"))).toList());
        users = directory.resolve("users").toString();
        Path sources = Files.createDirectories(directory.resolve("sources/uses"));
        tool("javac", List.of("-d", users, "--module-path", library,
                Files.writeString(sources.resolve("Main.java"), MAIN).toString(),
                Files.writeString(sources.resolveSibling("module-info.java"),
                        "module uses { requires dev.trampette; }").toString()));
    }

    private static void tool(String name, List<String> arguments) {
        assertThat(ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err,
                arguments.toArray(String[]::new))).as(name).isZero();
    }

    private static String run(Path java, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(java.resolve("bin/java").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    @Test
    void the_module_path_and_nothing_but_java_base() throws IOException, InterruptedException {
        Path image = directory.resolve("image");
        tool("jlink", List.of("--add-modules", "java.base", "--output", image.toString()));

        assertThat(run(image, "--list-modules")).startsWith("java.base@").doesNotContain("compiler");
        assertThat(run(image, "--module-path", library + ":" + users, "--enable-native-access=dev.trampette",
                "--illegal-native-access=deny", "--module", "uses/uses.Main"))
                .isEqualTo("module uses Ok[value=42]");
    }

    @Test
    void the_class_path() throws IOException, InterruptedException {
        assertThat(run(Path.of(System.getProperty("java.home")), "-cp", library + ":" + users,
                "--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny", "uses.Main"))
                .startsWith("unnamed module @").endsWith(" Ok[value=42]");
    }
}
