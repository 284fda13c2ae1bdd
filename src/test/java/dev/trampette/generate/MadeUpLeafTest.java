package dev.trampette.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.Family;
import dev.trampette.support.OtherTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One entry in a table is all that a new leaf takes. The build is done once more with a made-up leaf in each family;
/// nothing else is edited, and a JVM of its own finds the leaf everywhere.
class MadeUpLeafTest {

    private static final String ENTRY = """
              - name: %sMADE.UP
                number: %s
                in:
                  r8: {name: first, type: u32, text: a value}
                  rdx: {name: second, type: bool, text: another}
                  rbx: {name: "rest[0]", text: and more}
                  r15: {name: "rest[1]", text: and more}
                out:
                  r9: {name: answer, text: what comes back}
                  r12: {name: also, text: and this}
            """;

    @TempDir
    private static Path directory;
    private static OtherTables made;

    @BeforeAll
    static void build() throws Exception {
        Map<Family, String> entries = new EnumMap<>(Family.class);
        for (Family family : Family.values()) {
            entries.put(family, ENTRY.formatted(family.prefix(),
                    family == Family.SEAMLDR ? "0x800000000000007a" : "0x7a"));
        }
        made = OtherTables.append(directory, entries);
    }

    @Test
    void it_is_listed_with_a_wrapper_in_every_design_and_described() throws Exception {
        List<String> commands = new ArrayList<>(List.of("list wrappers --format json"));
        Arrays.stream(Family.values()).forEach(family -> commands.add("describe " + family.prefix() + "MADE.UP"));

        String[] out = made.run("dev.trampette.cli.Several", commands.toArray(String[]::new)).split("\f");

        assertThat(wrappers()).hasSize(16).allSatisfy(wrapper -> assertThat(out[0]).contains("\"" + wrapper + "\""));
        assertThat(out).hasSize(commands.size());
        assertThat(List.of(out).subList(1, out.length)).allSatisfy(text -> assertThat(text).contains("7a in ")
                .contains("r9   answer").contains("what comes back").contains("bool second")
                .contains("const u64 rest[2]"));
    }

    @Test
    void it_is_verified() throws Exception {
        List<String> command = new ArrayList<>(List.of("verify"));
        command.addAll(wrappers());

        assertThat(made.trampette(command.toArray(String[]::new))).contains("16 wrappers").contains("all hold");
    }

    @Test
    void it_is_measured() throws Exception {
        assertThat(made.run("dev.trampette.cli.ShortBench", "^leaf/TDCALL/tdg_made_up/"))
                .contains("leaf/TDCALL/tdg_made_up/throughput/per-leaf");
    }

    @Test
    void it_has_a_typed_call_that_compiles() throws Exception {
        Path java = directory.resolve("java/dev/trampette");
        assertThat(Files.readString(java.resolve("tdx/Tdcall.java")))
                .contains("MadeUp madeUp(int first, boolean second, long rest0, long rest1);");

        Path classes = Files.createDirectory(directory.resolve("classes"));
        List<String> command = new ArrayList<>(List.of("-proc:none", "-d", classes.toString(), "-classpath",
                System.getProperty("java.class.path")));
        try (var sources = Files.walk(java)) {
            sources.map(Path::toString).filter(source -> source.endsWith(".java")).forEach(command::add);
        }
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, command.toArray(String[]::new))).isZero();
    }

    private static List<String> wrappers() {
        List<String> wrappers = new ArrayList<>();
        for (DesignSource design : DesignSource.all()) {
            for (String leaf : List.of("made_up", "tdg_made_up", "tdh_made_up", "seamldr_made_up")) {
                wrappers.add(design.label().replace('-', '_') + "_" + leaf);
            }
        }
        return wrappers;
    }
}
