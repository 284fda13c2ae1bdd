package dev.trampette.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// The tables against the registers of every leaf, written down a second time: what all other tests derive from a
/// table, a slip in the table would carry along.
class LeafConformanceTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/leaves.csv")
    void a_leaf_has_its_number_and_its_registers(String name, String number, String in, String out) {
        List<Leaf> variants = LeafTable.all().stream().filter(leaf -> leaf.name().equals(name)).toList();

        assertThat(variants).isNotEmpty().allSatisfy(leaf ->
                assertThat(leaf.number() & ~(leaf.family() == Family.TDVMCALL ? 0 : 0xff0000L))
                        .isEqualTo(Long.decode(number)));
        assertThat(registers(variants.stream().flatMap(leaf -> leaf.inputRegisters().stream()))).isEqualTo(text(in));
        assertThat(registers(variants.stream().flatMap(leaf -> leaf.outputRegisters().stream()))).isEqualTo(text(out));
    }

    private static String registers(Stream<Gpr> registers) {
        return registers.distinct().sorted().map(Gpr::toString).collect(Collectors.joining(" "));
    }

    private static String text(String registers) {
        return registers == null ? "" : registers;
    }
}
