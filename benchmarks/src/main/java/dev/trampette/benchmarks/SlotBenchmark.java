package dev.trampette.benchmarks;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Group;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Slots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What does each design cost, beside the others? Groups of slots, as [LoopGroups] makes them, for as long as the plan
/// says; the slots leave the process in a file.
///
/// What JMH prints is how long that took. It is the harness: it starts the processes, with the JVM arguments that they
/// need.
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SlotBenchmark {

    /// System properties of a fork: a regular expression for the names of panels, the time for them in ms, the file
    /// that the slots go to.
    static final String PANELS = "trampette.panels";
    static final String MILLISECONDS = "trampette.milliseconds";
    static final String FILE = "trampette.slots";

    private final Map<Panel, List<Group>> groups = new LinkedHashMap<>();
    private final Random random = new Random();
    private LoopGroups loop;
    private JavaGroups java;
    private double nsPerTick;

    @Setup(Level.Trial)
    public void choose() {
        Pattern names = Pattern.compile(System.getProperty(PANELS, ""));
        Stream.of(Panels.all(), Panels.others()).flatMap(List::stream)
                .filter(panel -> names.matcher(panel.name()).find())
                .forEach(panel -> groups.put(panel, new ArrayList<>()));
        loop = new LoopGroups();
        java = new JavaGroups();
        java.warmUp(groups.keySet().stream().filter(SlotBenchmark::isJava).toList());
    }

    private static boolean isJava(Panel panel) {
        return List.of(Layer.CRITICAL, Layer.DOWNCALL, Layer.JAVA).contains(panel.layer());
    }

    /// Sequences are many, and nobody asks for their last digit: each gets every fourth round.
    private static int period(Panel panel) {
        return panel.layer() == Layer.SEQUENCE && !panel.controlled() ? 4 : 1;
    }

    /// Panels at a place of their own each, in random order, until time is up: all of them at least once.
    @Benchmark
    public int groups() {
        long began = System.nanoTime();
        long stamp = SlotTable.timeStamp();
        long end = began + TimeUnit.MILLISECONDS.toNanos(Long.getLong(MILLISECONDS, 0));
        int rounds = 0;
        do {
            List<Panel> order = new ArrayList<>(groups.keySet());
            Collections.shuffle(order, random);
            for (Panel panel : order) {
                if (rounds == 0 || random.nextInt(period(panel)) == 0) {
                    groups.get(panel).addAll(isJava(panel) ? java.measure(panel) : loop.measure(panel));
                }
            }
            rounds++;
        } while (System.nanoTime() < end);
        nsPerTick = (double) (System.nanoTime() - began) / (SlotTable.timeStamp() - stamp);
        return rounds;
    }

    @TearDown(Level.Trial)
    public void write() {
        String file = System.getProperty(FILE);
        if (file != null) {
            new Fork(groups.entrySet().stream().map(panel -> slots(panel.getKey(), panel.getValue())).toList())
                    .write(Path.of(file));
        }
    }

    private Slots slots(Panel panel, List<Group> measured) {
        return isJava(panel)
                ? new Slots(panel.name(), panel.columns(), java.allocated(panel), measured.stream().map(group ->
                        new Group(group.place(), group.before() * nsPerTick, group.after() * nsPerTick, group.ns()))
                        .toList())
                : new Slots(panel.name(), panel.columns(), new double[0],
                        measured.stream().map(group -> scale(group, nsPerTick)).toList());
    }

    private static Group scale(Group group, double factor) {
        return new Group(group.place(), group.before() * factor, group.after() * factor,
                Arrays.stream(group.ns()).map(ticks -> ticks * factor).toArray());
    }
}
