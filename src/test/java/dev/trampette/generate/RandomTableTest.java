package dev.trampette.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cli.Ran;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.LeafTable;
import dev.trampette.support.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a table may say, the wrappers that are made of it assemble and hold: random leaves with any registers,
/// types, constants, arrays and ways to store, in every family and design.
class RandomTableTest {

    /// Replay a failure with -Dtrampette.seed=N.
    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final int LEAVES = Sample.of(36, 6);
    private static final int FEW = Sample.of(12, 3);

    private static final List<String> HYPERCALL = List.of("rdx", "rbx", "rsi", "rdi", "r8", "r9", "r12", "r13", "r14",
            "r15");
    private static final List<String> MODULE = List.of("rcx", "rdx", "rbx", "rsi", "rdi", "r8", "r9", "r10", "r11",
            "r12", "r13", "r14", "r15");
    private static final List<Long> CONSTANTS = List.of(0L, 1L, 9L, 10L, 0x7fffffffL, 0x80000000L, 0xffffffffL,
            0x100000000L, -1L, Long.MIN_VALUE, 0xffffffff80000000L);

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @EnumSource
    void random_leaves_hold_in_every_design(Family family, @TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("random.yaml"), table(family, LEAVES));

        // Four designs, and the routines of per-leaf.
        assertThat(output("verify", "--table", file.toString(), "--seed", "" + SEED)).as("seed %d", SEED)
                .contains("%d wrappers".formatted(5 * LEAVES)).contains("all hold");
    }

    /// In C by inline functions, and for the GNU assembler by the convention of Microsoft.
    @Test
    void and_in_other_languages(@TempDir Path directory) throws Exception {
        Generated headers = new Generated(directory);
        Generated sources = new Generated(Files.createDirectory(directory.resolve("ms-x64")));
        for (Family family : List.of(Family.TDVMCALL, Family.TDG, random.nextBoolean() ? Family.TDH : Family.SEAMLDR)) {
            LeafTable table = LeafTable.read("random.yaml", table(family, FEW));
            headers.headers(table);
            sources.sources(table, Convention.MS_X64);
        }

        assertThat(output(headers.verify("-O2", SEED))).as("seed %d", SEED).contains("all hold");
        assertThat(output(sources.verify("-O2", SEED))).as("seed %d", SEED).contains("all hold");
    }

    private static String output(String... words) {
        Ran ran = Ran.of(words);
        return ran.out() + ran.err();
    }

    private String table(Family family, int leaves) {
        StringBuilder table = new StringBuilder("family: %s%nleaves:%n".formatted(family.label()));
        for (int i = 0; i < leaves; i++) {
            table.append(leaf(family, i));
        }
        return table.toString();
    }

    private String leaf(Family family, int i) {
        StringBuilder leaf = new StringBuilder("  - name: %sRANDOM%d%n    number: 0x%x%n".formatted(family.prefix(), i,
                family == Family.SEAMLDR ? Long.MIN_VALUE + (random.nextLong() >>> 24 << 8) + i
                        : family == Family.TDVMCALL && random.nextBoolean() ? 0x80000000L + i : 0x100 + i));
        leaf.append(List.of("", "    verified: one source\n", "    verified: false\n").get(random.nextInt(3)));
        boolean counts = (family == Family.TDG || family == Family.TDH) && random.nextInt(4) == 0;
        if (counts) {
            leaf.append("    count: entries that failed\n");
        }
        List<String> out = some(family == Family.TDVMCALL ? with(HYPERCALL, "r11") : MODULE);
        if (!out.isEmpty() && !counts && random.nextBoolean()) {
            leaf.append("    stored: ").append(List.of("success", "failure", "always").get(random.nextInt(3)))
                    .append('\n');
        }
        if (family != Family.TDVMCALL && random.nextInt(4) == 0) {
            leaf.append("    scrub: true\n");
        }
        List<String> in = some(family == Family.TDVMCALL ? HYPERCALL : MODULE);
        inputs(leaf, in, out.isEmpty() ? 6 : 5);
        section(leaf, "out", out, n -> "{name: out%d%s}".formatted(n,
                in.contains(out.get(n)) && random.nextBoolean() ? ", kept: true" : ""));
        return leaf.toString();
    }

    /// Constants, then as many plain arguments as the function may have, then the rest as one array.
    private void inputs(StringBuilder leaf, List<String> registers, int arguments) {
        List<String> values = new ArrayList<>();
        int plain = random.nextInt(arguments);
        int element = 0;
        for (int n = 0; n < registers.size(); n++) {
            if (random.nextInt(4) == 0) {
                values.add("{value: 0x%x}".formatted(CONSTANTS.get(random.nextInt(CONSTANTS.size()))));
            } else if (plain-- > 0) {
                values.add("{name: in%d, type: %s}".formatted(n, List.of("bool", "u32", "u64").get(random.nextInt(3))));
            } else {
                values.add("{name: \"array[%d]\"}".formatted(element++));
            }
        }
        section(leaf, "in", registers, values::get);
    }

    private static void section(StringBuilder leaf, String name, List<String> registers,
            IntFunction<String> value) {
        if (!registers.isEmpty()) {
            leaf.append("    ").append(name).append(":\n");
            for (int n = 0; n < registers.size(); n++) {
                leaf.append("      ").append(registers.get(n)).append(": ").append(value.apply(n)).append('\n');
            }
        }
    }

    private List<String> some(List<String> registers) {
        List<String> shuffled = new ArrayList<>(registers);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, random.nextInt(random.nextInt(4) == 0 ? shuffled.size() + 1 : 5));
    }

    private static List<String> with(List<String> registers, String one) {
        List<String> more = new ArrayList<>(registers);
        more.add(one);
        return more;
    }
}
