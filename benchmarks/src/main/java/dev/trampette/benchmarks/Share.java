package dev.trampette.benchmarks;

import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A part of a fork's time, and the panels that share it: by turns, in an order that is new each time round.
///
/// The panels are many and differ in what they take. Were each measured as often as the others, the headline would get
/// a hundredth of the time.
final class Share implements Comparable<Share> {

    private final int weight;
    private final List<Panel> panels;
    private final Deque<Panel> next = new ArrayDeque<>();
    private long spent;

    private Share(int weight, List<Panel> panels) {
        this.weight = weight;
        this.panels = panels;
    }

    /// The shares of some panels: the first is the most important one.
    static List<Share> of(List<Panel> panels) {
        List<Panel> headline = panels.stream().filter(panel -> panel.controlled() && panel.layer() == Layer.LOOP)
                .toList();
        return Stream.of(
                        new Share(4, headline),
                        new Share(4, panels.stream().filter(panel -> panel.layer() == Layer.LOOP
                                && !headline.contains(panel) || panel.layer() == Layer.LEAF).toList()),
                        new Share(4, panels.stream().filter(panel -> panel.layer().isJava()).toList()),
                        new Share(2, panels.stream().filter(panel -> panel.layer() == Layer.SEQUENCE).toList()))
                .filter(share -> !share.panels.isEmpty()).toList();
    }

    /// Measure one of its panels.
    void spend(Consumer<Panel> measure) {
        if (next.isEmpty()) {
            List<Panel> order = new ArrayList<>(panels);
            Collections.shuffle(order);
            next.addAll(order);
        }
        long began = System.nanoTime();
        measure.accept(next.remove());
        spent += System.nanoTime() - began;
    }

    /// The first has had least of what it should have.
    @Override
    public int compareTo(Share other) {
        return Long.compare(spent / weight, other.spent / other.weight);
    }
}
