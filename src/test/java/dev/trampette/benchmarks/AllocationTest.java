package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No typed call allocates, once it is compiled: what the profiler of JMH says, in a JVM of its own.
class AllocationTest {

    private static final Plan LONG_ENOUGH_TO_COMPILE = new Plan(1, 4, 2, 100);

    /// In bytes for each call. The smallest object has 16.
    private static final double NOISE = 0.5;

    /// The record of fourteen components that the widest leaf gives, which is too much code to be inlined.
    private static final double WIDEST_RESULT = 144;

    static List<Subject> typed() {
        return Subject.all().stream().filter(Subject::isTyped).toList();
    }

    @ParameterizedTest
    @MethodSource("typed")
    void no_typed_call_allocates_but_the_widest_its_result(Subject subject) {
        Samples samples = new Rounds(LONG_ENOUGH_TO_COMPILE, _ -> { }).run(List.of(subject)).get(subject);

        double allowed = subject.method().equals("leaf_vp_enter") ? WIDEST_RESULT : 0;
        assertThat(samples.bytesPerOperation()).isNotNaN().isLessThan(allowed + NOISE);
    }
}
