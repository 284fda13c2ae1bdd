package dev.trampette.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/// The tables against the registers of every leaf, written down a second time: what all other tests derive from a
/// table, a slip in the table would carry along.
class LeafConformanceTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/leaves.csv")
    void a_leaf_has_its_number_and_its_registers(String name, String variant, String number, String in, String out) {
        Leaf leaf = LeafTable.all().stream().filter(one -> one.name().equals(name))
                .filter(one -> one.variant().equals(text(variant))).findFirst().orElseThrow();

        assertThat(leaf.number()).isEqualTo(Long.parseUnsignedLong(number.substring(2), 16));
        assertThat(sorted(leaf.inputs().stream().map(Leaf.Input::register), "")).isEqualTo(text(in));
        assertThat(sorted(leaf.outputs().stream().map(Leaf.Output::register), ""))
                .isEqualTo(text(out).replace("=", ""));
        assertThat(sorted(leaf.outputs().stream().filter(Leaf.Output::kept).map(Leaf.Output::register), "="))
                .isEqualTo(Stream.of(text(out).split(" ")).filter(register -> register.endsWith("="))
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void every_leaf_is_there() {
        List<String> titles = lines().filter(line -> !line.startsWith("#")).map(line -> line.split(", *", -1))
                .map(cells -> cells[1].isEmpty() ? cells[0] : "%s (%s)".formatted(cells[0], cells[1])).toList();

        assertThat(titles).containsExactlyInAnyOrderElementsOf(LeafTable.all().stream().map(Leaf::title).toList());
    }

    private static Stream<String> lines() {
        try (var csv = LeafConformanceTest.class.getResourceAsStream("/leaves.csv")) {
            return new String(csv.readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sorted(Stream<Gpr> registers, String mark) {
        return registers.sorted().map(register -> register + mark).collect(Collectors.joining(" "));
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }
}
