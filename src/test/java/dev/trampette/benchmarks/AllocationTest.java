package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No typed call allocates, once it is compiled: what the profiler of JMH says, in a JVM of its own.
class AllocationTest {

    private static final Plan LONG_ENOUGH_TO_COMPILE = new Plan(1, 4, 2, 100);
    private static final Plan ON_A_BUSY_MACHINE = new Plan(1, 20, 2, 100);

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
        double allowed = subject.method().equals("leaf_vp_enter") ? WIDEST_RESULT : 0;
        double bytes = bytes(subject, LONG_ENOUGH_TO_COMPILE);
        if (bytes > allowed + NOISE) {
            bytes = bytes(subject, ON_A_BUSY_MACHINE);
        }

        assertThat(bytes).isNotNaN().isLessThan(allowed + NOISE);
    }

    private static double bytes(Subject subject, Plan plan) {
        return new Rounds(plan, _ -> { }).run(List.of(subject)).get(subject).bytesPerOperation();
    }
}
