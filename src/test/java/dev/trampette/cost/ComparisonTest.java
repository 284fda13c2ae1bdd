package dev.trampette.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.tdx.Design;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said of figures.
class ComparisonTest {

    private static final Interval STEADY = new Interval(2.0, 1.9, 2.1);

    private static Row row(Design design, double mean, double halfWidth) {
        return new Row(design, Shape.OUTPUTS_4, Layer.LOOP, new Interval(mean, mean - halfWidth, mean + halfWidth), 1,
                SiteSize.of(design.callSite("cpuid")));
    }

    private static Comparison comparison(Controls controls, Row... rows) {
        return new Comparison(List.of(rows), List.of(), controls);
    }

    private static Controls fit() {
        return new Controls(STEADY, STEADY, STEADY, STEADY);
    }

    @Test
    void a_difference_is_told_with_its_factor() {
        Comparison comparison = comparison(fit(), row(Design.TRAMPOLINE, 2, 0.1), row(Design.MEMORY_STRUCT, 8, 0.1),
                row(Design.INLINE, 1.25, 0.1), row(Design.PER_LEAF, 1.5, 0.1));

        assertThat(comparison.verdict()).isEqualTo("for 4 outputs the trampoline is 4.0 times cheaper than "
                + "memory-struct (2.00 against 8.00 ns), 64 against 102 bytes at each call site; it is 1.6 times "
                + "inline (1.25 ns); beyond inline the trampoline takes 0.8 ns, per-leaf 0.3, memory-struct 6.8");
        assertThat(comparison.ratioToMemoryStruct(comparison.rows().getFirst())).isEqualTo(0.25);
    }

    @Test
    void intervals_that_meet_cannot_be_told_apart() {
        assertThat(comparison(fit(), row(Design.TRAMPOLINE, 2, 1), row(Design.MEMORY_STRUCT, 3, 1),
                row(Design.INLINE, 1, 1), row(Design.PER_LEAF, 1, 1)).verdict()).contains("cannot be told apart");
    }

    @Test
    void a_difference_that_equal_code_can_have_is_none() {
        assertThat(new Interval(2.0, 1.99, 2.01).differsFrom(new Interval(2.15, 2.14, 2.16))).isFalse();
        assertThat(new Interval(2.0, 1.99, 2.01).differsFrom(new Interval(2.25, 2.24, 2.26))).isTrue();
    }

    @Test
    void a_trampoline_that_is_dearer_is_called_dearer() {
        assertThat(comparison(fit(), row(Design.TRAMPOLINE, 4, 0.1), row(Design.MEMORY_STRUCT, 2, 0.1),
                row(Design.INLINE, 1, 0.1), row(Design.PER_LEAF, 1, 1)).verdict()).contains("2.0 times dearer");
    }

    @Test
    void a_run_that_does_not_repeat_itself_is_not_fit() {
        Controls drifting = new Controls(STEADY, new Interval(3, 2.9, 3.1), STEADY, STEADY);
        Controls notLinear = new Controls(STEADY, STEADY, new Interval(1, 0.9, 1.1), STEADY);

        assertThat(drifting.complaint()).hasValue("the same design measured twice differs, 2.00 and 3.00 ns");
        assertThat(notLinear.complaint()).hasValue("cost does not grow with the number of calls, 2.00 and 1.00 ns");
        assertThat(comparison(drifting, row(Design.TRAMPOLINE, 2, 0.1), row(Design.MEMORY_STRUCT, 8, 0.1),
                row(Design.INLINE, 1, 0.1), row(Design.PER_LEAF, 1, 1)).verdict()).startsWith("NOT FIT (");
        assertThat(fit().complaint()).isEmpty();
    }

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
}
