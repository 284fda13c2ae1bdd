package dev.trampette.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.generate.CHeader;
import dev.trampette.generate.DesignSource;
import dev.trampette.generate.Generated;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.support.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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
    private static final long SEED = Long.getLong("trampette.seed", System.nanoTime());

    private static final int MOST = Sample.of(30, 4);
    private static final int ARGUMENTS = 6;

    @TempDir
    private Path directory;

    private void generate(String design, Family family, String... more) {
        List<String> words = new ArrayList<>(List.of("generate", "--design", design, "--table", TABLES
                + family.label() + ".yaml", "--out", directory.toString()));
        words.addAll(List.of(more));
        Ran ran = Ran.of(words.toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    /// Leaves of a table: a few, others in each run, and those behind which a guest runs.
    private static LeafTable some(Family family) {
        LeafTable all = LeafTable.of(family);
        Random random = new Random(SEED);
        List<Leaf> leaves = new ArrayList<>(all.wrapped().toList());
        Collections.shuffle(leaves, random);
        Set<Leaf> some = new LinkedHashSet<>(leaves.subList(0, Math.min(MOST, leaves.size())));
        leaves.stream().filter(leaf -> leaf.scrub() || leaf.inputs().size() > ARGUMENTS).limit(2).forEach(some::add);
        return new LeafTable(family, all.sources(), List.copyOf(some));
    }

    private static void assertHold(String[] words) {
        Ran ran = Ran.of(words);

        assertThat(ran.out()).as("seed %d%n%s%s", SEED, ran.err(), ran.out()).contains("all hold");
        assertThat(ran.status()).isZero();
    }

    /// One of three ways to compile them in a run.
    static List<Arguments> ways() {
        return Sample.oneIn(3, List.of(Arguments.of("-O1", Family.TDH), Arguments.of("-O2", Family.SEAMLDR),
                Arguments.of("-Os", Family.TDH)), SEED);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void headers_hold(String level, Family host) throws IOException {
        Generated generated = new Generated(directory);
        for (Family family : List.of(Family.TDVMCALL, Family.TDG, host)) {
            generated.headers(some(family));
        }

        assertHold(generated.verify(level, SEED));
    }

    /// For firmware: arguments in RCX, RDX, R8, R9 and on the stack; RSI, RDI and xmm6 to xmm15 preserved.
    @Test
    void functions_of_the_convention_of_microsoft_hold() throws IOException {
        Generated generated = new Generated(directory);
        for (Family family : List.of(Family.TDVMCALL, Family.TDG, Family.TDH)) {
            generated.sources(some(family), Convention.MS_X64);
        }

        assertHold(generated.verify("-O2", SEED));
    }

    @Test
    void sources_for_nasm_say_their_convention() {
        generate("per-leaf", Family.TDG, "--convention", "ms-x64");

        assertThat(directory.resolve("per-leaf-tdg.asm")).content().contains("%define CONVENTION \"ms-x64\"")
                .contains("ROUTINE tdg_vp_info, ms-x64, LEAF_tdg_vp_info");
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
                .containsExactly("trampoline", "memory-struct");
    }
}
