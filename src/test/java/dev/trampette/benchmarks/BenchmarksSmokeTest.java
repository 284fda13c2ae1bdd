package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every benchmark runs, and every benchmark is in the list of what can be measured.
class BenchmarksSmokeTest {

    static List<Subject> every_benchmark_runs() {
        List<Subject> subjects = new ArrayList<>(Subject.all());
        subjects.add(Subject.leaves().getFirst());
        subjects.add(Subject.leaves().getLast());
        return subjects;
    }

    @ParameterizedTest
    @MethodSource
    void every_benchmark_runs(Subject subject) {
        Map<Subject, Samples> results = new Rounds(Plan.SMOKE, _ -> { }).run(List.of(subject));

        assertThat(results.get(subject).interval().mean()).isPositive().isFinite();
    }

    @Test
    void no_benchmark_is_left_out() throws IOException {
        Set<String> known = every_benchmark_runs().stream()
                .map(subject -> subject.type().getName() + "." + subject.method())
                .collect(Collectors.toSet());
        Set<String> compiled = new HashSet<>();
        try (var list = getClass().getResourceAsStream("/META-INF/BenchmarkList")) {
            for (String line : new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String[] words = line.split(" ");
                compiled.add(words[3] + "." + words[9]);
            }
        }

        assertThat(compiled).isEqualTo(known);
    }
}
