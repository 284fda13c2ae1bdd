package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// No typed call allocates, once it is compiled: what the thread's own count says, in a JVM that JMH starts.
class AllocationTest {

    /// In bytes for each call. The smallest object has 16.
    private static final double NOISE = 0.5;

    /// The record of fourteen components that the widest leaf gives, which is too much code to be inlined.
    private static final double WIDEST_RESULT = 144;

    @TestFactory
    List<DynamicTest> no_typed_call_allocates_but_the_widest_its_result() {
        Panel panel = Panels.typed();
        Fork fork = new Forks(Plan.SMOKE, (_, _) -> { }, () -> false).run(List.of(panel)).getFirst();

        return panel.labels().stream().map(call -> DynamicTest.dynamicTest(call, () ->
                assertThat(fork.bytes(panel.name(), panel.column(call))).isNotNaN()
                        .isLessThan(NOISE + (call.equals("vp-enter") ? WIDEST_RESULT : 0)))).toList();
    }
}
