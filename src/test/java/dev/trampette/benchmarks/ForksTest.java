package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Panel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that can be measured is measured, in a process that JMH starts.
class ForksTest {

    @Test
    void every_panel_runs() {
        List<Panel> panels = new ArrayList<>(Panels.all());
        panels.add(Panels.leaves().getFirst());
        panels.add(Panels.leaves().getLast());

        List<Fork> forks = new Forks(Plan.SMOKE, _ -> { }).run(panels);

        assertThat(forks).singleElement().satisfies(fork -> assertThat(fork.panels()).hasSameSizeAs(panels));
        assertThat(panels).allSatisfy(panel -> assertThat(forks.getFirst().groups(panel.name())).isNotEmpty()
                .allSatisfy(group -> {
                    assertThat(group.ns()).hasSize(panel.columns().size());
                    assertThat(Arrays.stream(group.ns()).boxed()).allMatch(ns -> ns > 0.1 && Double.isFinite(ns));
                    assertThat(group.before()).isPositive();
                    assertThat(group.after()).isPositive();
                }));
    }

    @Test
    void names_are_given_once() {
        assertThat(Panels.all()).extracting(Panel::name).doesNotHaveDuplicates();
        assertThat(Panels.leaves()).extracting(Panel::name).doesNotHaveDuplicates();
    }

    @Test
    void slots_come_back_as_they_went(@TempDir Path directory) throws IOException {
        Fork fork = new Forks(Plan.SMOKE, _ -> { }).run(List.of(Panels.all().getFirst())).getFirst();

        fork.write(directory.resolve("slots"));

        assertThat(Fork.read(directory.resolve("slots")).lines()).containsExactlyElementsOf(fork.lines().toList());
    }

    @Test
    void there_is_no_other_benchmark() throws IOException {
        try (var list = getClass().getResourceAsStream("/META-INF/BenchmarkList")) {
            assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .allMatch(line -> line.contains(SlotBenchmark.class.getName()));
        }
    }
}
