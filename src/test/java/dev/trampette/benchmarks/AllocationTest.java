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

    static List<Subject> no_typed_call_allocates() {
        return Subject.all().stream().filter(Subject::isTyped).toList();
    }

    @ParameterizedTest
    @MethodSource
    void no_typed_call_allocates(Subject subject) {
        Samples samples = new Rounds(LONG_ENOUGH_TO_COMPILE, _ -> { }).run(List.of(subject)).get(subject);

        assertThat(samples.bytesPerOperation()).isNotNaN().isLessThan(NOISE);
    }
}
