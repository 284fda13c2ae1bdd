package dev.trampette.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.verify.trace.Trace;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LapsTest {

    private static Trace trace(Optional<String> end, Stream<String> places) {
        List<Trace.Step> steps = places.map(at -> new Trace.Step(at, "nop", List.of(), List.of())).toList();
        return new Trace("spin", "return", 1, steps, end, 0, new Trace.Counts(steps.size(), 0, 0, 0, 8),
                Optional.empty());
    }

    /// Three steps, and then a loop of three.
    private static Stream<String> spin(int steps) {
        return IntStream.range(0, steps).mapToObj(n -> "spin+%d".formatted(n < 3 ? n : 3 + n % 3));
    }

    @Test
    void a_loop_without_an_end_is_shown_for_two_laps() {
        Laps laps = Laps.of(trace(Optional.of("it hangs"), spin(1000)));

        assertThat(laps).extracting(it -> it.shown().size(), Laps::left, Laps::first)
                .containsExactly(9, 991, "spin+3");
        assertThat(new TraceReport(trace(Optional.of("it hangs"), spin(1000)), List.of()).text(100))
                .contains("... 991 steps more, in the loop from spin+3 on");
    }

    @Test
    void json_has_all() {
        assertThat((List<?>) new TraceReport(trace(Optional.of("it hangs"), spin(1000)), List.of()).json()
                .get("steps")).hasSize(1000);
    }

    @Test
    void what_comes_back_is_shown_as_a_whole() {
        assertThat(Laps.of(trace(Optional.empty(), spin(1000))).left()).isZero();
    }

    @Test
    void a_crash_behind_other_places_is_shown_as_a_whole() {
        assertThat(Laps.of(trace(Optional.of("it crashes"), IntStream.range(0, 150).mapToObj("line+%d"::formatted)))
                .left()).isZero();
    }
}
