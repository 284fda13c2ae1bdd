package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.generate.CHeader;
import dev.trampette.generate.DesignSource;
import dev.trampette.spec.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What `generate` writes is verified as anybody's code is: compiled with the flags of a kernel, at three levels of
/// optimisation, the functions against the contracts beside them and each asm statement against its constraints.
class GenerateTest {

    private static final String TABLES = "src/main/resources/dev/trampette/spec/";
    private static final String SEED = System.getProperty("trampette.seed", String.valueOf(System.nanoTime()));

    private static final List<String> DESIGNS = List.of("trampoline", "memory-struct");

    @TempDir
    private Path directory;

    private void generate(String design, Family family, String... more) {
        List<String> words = new ArrayList<>(List.of("generate", "--design", design, "--table", TABLES
                + family.label() + ".yaml", "--out", directory.toString()));
        words.addAll(List.of(more));
        Ran ran = Ran.of(words.toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    static Stream<Arguments> headers() {
        List<String> levels = List.of("-Os", "-O1", "-O2");
        return Stream.concat(levels.stream().map(level -> Arguments.of("trampoline", Family.TDVMCALL, level)),
                Arrays.stream(Family.values()).flatMap(family -> DESIGNS.stream().filter(design ->
                        family != Family.TDVMCALL || design.equals("memory-struct")).map(design -> Arguments.of(
                                design, family, levels.get((family.ordinal() + design.length()) % levels.size())))));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headers_hold(String design, Family family, String level) throws IOException {
        generate(design, family, "--syntax", "c");
        String name = design + "-" + family.label();
        Path all = Files.writeString(directory.resolve("all.c"), "#define TDX_INLINE%n#include \"%s.h\"%n".formatted(
                name));

        Ran ran = Ran.of("verify", all.toString(), directory.resolve(name + ".S").toString(), "--contract",
                directory.resolve(name + ".contract").toString(), "--iterations", "4", "--seed", SEED, "--", level,
                "-mno-red-zone", "-mgeneral-regs-only", "-Wall", "-Wextra", "-Werror");

        assertThat(ran.out()).as("seed %s%n%s", SEED, ran.err()).contains("all hold").contains(
                design.replace('-', '_') + "_");
        assertThat(design.equals("trampoline") && !ran.out().contains(name + ".h:")).isFalse();
        assertThat(ran.status()).isZero();
    }

    /// For firmware: arguments in RCX, RDX, R8, R9 and on the stack; RSI, RDI and xmm6 to xmm15 preserved.
    @ParameterizedTest
    @CsvSource({"inline, TDG", "trampoline, TDVMCALL", "per-leaf, TDVMCALL", "memory-struct, TDG"})
    void functions_of_the_convention_of_microsoft_hold(String design, Family family) {
        generate(design, family, "--syntax", "gas", "--convention", "ms-x64");
        generate(design, family, "--convention", "ms-x64");
        String name = design + "-" + family.label();

        Ran ran = Ran.of("verify", directory.resolve(name + ".S").toString(), "--contract",
                directory.resolve(name + ".contract").toString(), "--iterations", "4", "--seed", SEED);

        assertThat(ran.out()).as("seed %s%n%s", SEED, ran.err()).contains("all hold");
        assertThat(directory.resolve(name + ".asm")).content().contains("%define CONVENTION \"ms-x64\"");
        assertThat(directory.resolve(name + ".contract")).content().contains("convention=ms-x64");
    }

    @Test
    void a_source_for_the_gnu_assembler_holds_with_the_contracts_beside_it() {
        generate("per-leaf", Family.TDG, "--syntax", "gas");

        Ran ran = Ran.of("verify", directory.resolve("per-leaf-tdg.S").toString(), "--contract",
                directory.resolve("per-leaf-tdg.contract").toString(), "--iterations", "4", "--seed", SEED);

        assertThat(ran.out()).as("seed %s%n%s", SEED, ran.err()).contains("all hold").contains("per_leaf_tdg_vp_info");
    }

    @Test
    void a_file_of_somebody_else_is_not_replaced_and_nothing_is_written() throws IOException {
        Path own = Files.writeString(directory.resolve("trampoline-tdg.contract"), "symbol=mine\n");

        Ran ran = Ran.of("generate", "--design", "trampoline", "--table", TABLES + "tdg.yaml", "--syntax", "c",
                "--out", directory.toString());

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err().lines()).singleElement().asString().contains("remove it first").contains(own.toString());
        assertThat(own).hasContent("symbol=mine\n");
        assertThat(directory.toFile().list()).containsExactly("trampoline-tdg.contract");
    }

    @Test
    void what_was_generated_is_generated_again() throws IOException {
        generate("inline", Family.TDG, "--syntax", "gas", "--symbols", "kernel");
        generate("inline", Family.TDG, "--syntax", "gas");

        assertThat(directory.resolve("inline-tdg.S")).content().contains(".type").doesNotContain("SYM_FUNC_START");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--design trampoline --syntax fasm | no such syntax, --syntax=fasm; known: nasm gas c",
        "--design trampoline --syntax gas --symbols elf | no such symbols, --symbols=elf; known: plain kernel",
        "--design trampoline --convention stack | no such convention, --convention=stack; known: sysv ms-x64",
        "--design trampoline --syntax c --out . --convention ms-x64 | --syntax c calls by --convention sysv alone",
        "--design trampoline --syntax c | a header and a source are written; say where, --out DIR",
        "--design inline --syntax c --out . | --syntax c has the designs trampoline and memory-struct, --design=inline"
    })
    void bad_input_is_a_line(String words, String line) {
        List<String> all = new ArrayList<>(List.of("generate", "--table", TABLES + "tdg.yaml"));
        all.addAll(Arrays.asList(words.split(" ")));

        Ran ran = Ran.of(all.toArray(String[]::new));

        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err().strip()).isEqualTo("trampette: " + line);
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void designs_of_inline_functions_are_two() {
        assertThat(DesignSource.all().stream().filter(CHeader::has).map(DesignSource::label))
                .isEqualTo(DESIGNS);
    }
}
