package dev.trampette.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.Convention;
import dev.trampette.spec.LeafTable;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What a table costs grows with its length, not with the square of it: reading it, and writing its wrappers.
class GrowthTest {

    private static final int FEW = 1000;
    private static final int TRIES = 2;
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    @Test
    void twice_the_leaves_take_less_than_three_times_as_long() {
        String few = table(FEW);
        String many = table(2 * FEW);
        fastest(few);                   // compiled from here on

        assertThat(fastest(many)).isLessThan(3 * fastest(few));
    }

    /// Nanoseconds of the processor, so that other work on the machine does not count.
    private static long fastest(String table) {
        return LongStream.generate(() -> {
            long start = CLOCK.getCurrentThreadCpuTime();
            String text = new WrapperSource(new Inline(), LeafTable.read("made-up.yaml", table), Convention.SYSV,
                    "made-up.yaml", "include").text();
            assertThat(text).contains("inline_tdh_made_up999");
            return CLOCK.getCurrentThreadCpuTime() - start;
        }).limit(TRIES).min().orElseThrow();
    }

    private static String table(int leaves) {
        return "family: tdh\nleaves:\n" + IntStream.range(0, leaves).mapToObj("""
                  - name: TDH.MADE.UP%d
                    number: %<d
                    in:
                      rcx: {name: page}
                      rdx: {name: "list[0]"}
                    out:
                      rcx: {name: old_page}
                    status: [SUCCESS, OPERAND_BUSY]
                """::formatted).collect(Collectors.joining());
    }
}
