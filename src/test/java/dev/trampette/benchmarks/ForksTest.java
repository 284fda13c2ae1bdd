package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.cost.Change;
import dev.trampette.cost.Comparison;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Judgement;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Run;
import dev.trampette.image.Image;
import dev.trampette.image.ImageFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Everything that can be measured is measured, in a process that JMH starts.
class ForksTest {

    /// Until it is stopped; when nobody does, not for ever.
    private static final String BUSY = "ulimit -t 60; while :; do :; done";

    private static Forks forks(Plan plan) {
        return new Forks(plan, (_, _) -> { }, () -> false);
    }

    @Test
    void every_panel_runs() {
        List<Panel> panels = new ArrayList<>(Panels.all());
        panels.addAll(Panels.others());
        panels.add(Panels.leaves().getFirst());
        panels.add(Panels.leaves().getLast());

        List<Fork> forks = forks(Plan.SMOKE).run(panels);

        assertThat(forks).hasSize(2);       // a JVM of its own for the memory barrier
        assertThat(panels).allSatisfy(panel -> assertThat(forks.stream()
                .flatMap(fork -> fork.groups(panel.name()).stream())).isNotEmpty()
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
        assertThat(Panels.all()).containsAll(Panels.quick());
        assertThat(Panels.leaves()).extracting(Panel::name).doesNotHaveDuplicates();
    }

    @Test
    void slots_come_back_as_they_went(@TempDir Path directory) throws IOException {
        Fork fork = forks(Plan.SMOKE).run(List.of(Panels.all().getFirst())).getFirst();

        fork.write(directory.resolve("slots"));

        assertThat(Fork.read(directory.resolve("slots")).lines()).containsExactlyElementsOf(fork.lines().toList());
    }

    /// The same image, and one whose stub waits for all that is under way (LFENCE).
    @Test
    void an_earlier_build_is_told_when_it_differs(@TempDir Path directory) throws IOException {
        byte[] image;
        try (var resource = getClass().getResourceAsStream("/META-INF/native/linux-x86_64/libtrampette-null.so")) {
            image = resource.readAllBytes();
        }
        Path same = Files.write(directory.resolve("same.so"), image);
        int stub = Math.toIntExact(ImageFile.named("null").offset("null_tdcall"));
        assertThat(Arrays.copyOfRange(image, stub, stub + 4)).containsExactly(0x31, 0xc0, 0xc3, 0x90);
        System.arraycopy(HexFormat.of().parseHex("31c00faee8c3"), 0, image, stub, 6);
        Path waits = Files.write(directory.resolve("waits.so"), image);

        assertThat(changes(same)).hasSize(4).noneMatch(change -> change.judgement() == Judgement.CHEAPER
                || change.judgement() == Judgement.DEARER);
        assertThat(changes(waits)).hasSize(4).noneMatch(change -> change.judgement() == Judgement.DEARER
                || change.judgement() == Judgement.THE_SAME).anyMatch(change -> change.ratio().value() < 0.9);
    }

    private static List<Change> changes(Path earlier) {
        Image before = Image.load(earlier);
        List<Panel> panels = Panels.all().stream().filter(Panel::isHalved)
                .map(panel -> Earlier.beside(panel, before)).toList();
        return Change.of(panels, new Run(new Forks(new Plan(4, Duration.ofMillis(400)), (_, _) -> { }, () -> false,
                Optional.of(earlier)).run(panels)), 0.02);
    }

    /// Two processes that do nothing but run, on whatever this machine has. What is called fit must be right.
    @Test
    void with_two_busy_processes_a_run_is_right_or_not_fit() throws Exception {
        List<Panel> panels = Panels.all().stream().filter(Panel::controlled)
                .filter(panel -> panel.layer() == Layer.LOOP).toList();
        Plan plan = new Plan(4, Duration.ofMillis(600));
        List<Process> busy = List.of(start(BUSY), start(BUSY));
        Comparison beside;
        try {
            beside = Comparison.of(panels, new Run(forks(plan).run(panels)), 0.02);
        } finally {
            busy.forEach(Process::destroyForcibly);
        }

        assertThat(beside.fitness().sentences()).hasSize(4);
        if (!beside.fitness().isFit()) {
            assertThat(beside.fitness().reason()).isPresent();
            return;
        }
        Comparison alone = Comparison.of(panels, new Run(forks(plan).run(panels)), 0.02);
        if (alone.fitness().isFit()) {
            assertThat(beside.headline().value() / alone.headline().value()).isBetween(0.97, 1.03);
        } else {
            assertThat(alone.fitness().reason()).isPresent();
        }
    }

    private static Process start(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", script).start();
    }

    @Test
    void there_is_no_other_benchmark() throws IOException {
        try (var list = getClass().getResourceAsStream("/META-INF/BenchmarkList")) {
            assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8).lines())
                    .allMatch(line -> line.contains(SlotBenchmark.class.getName()));
        }
    }
}
