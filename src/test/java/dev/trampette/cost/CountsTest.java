package dev.trampette.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is counted, and not timed.
class CountsTest {

    @Test
    void break_even_is_where_the_sum_is_smaller() {
        SiteSize inline = new SiteSize(81, 0);

        assertThat(new SiteSize(64, 37).breakEven(inline)).hasValue(3); // 165 against 162 at 2, 229 against 243 at 3
        assertThat(new SiteSize(5, 81).breakEven(inline)).hasValue(2);
        assertThat(new SiteSize(80, 0).breakEven(inline)).hasValue(1);
        assertThat(new SiteSize(102, 157).breakEven(inline)).isEmpty();
    }

    @Test
    void sizes_are_read_from_the_symbols() {
        assertThat(SiteSize.of("trampoline_cpuid")).isEqualTo(new SiteSize(64, 37));
        assertThat(SiteSize.of("inline_cpuid")).isEqualTo(new SiteSize(81, 0));
        assertThat(Instructions.of("tdvmcall_trampoline")).hasValue(13);
    }

    @ParameterizedTest
    @CsvSource({"inline_cpuid,30,6,9", "trampoline_cpuid,38,7,10",
            "per_leaf_cpuid,31,6,9", "memory_struct_cpuid,92,26,40"})
    void instructions_are_counted_one_by_one(String symbol, long instructions, long loads, long stores) {
        try (Arena arena = Arena.ofConfined()) {
            assertThat(new Executed(arena).of(symbol))
                    .hasValue(new Executed.Counts(instructions, loads, stores));
        }
    }
}
