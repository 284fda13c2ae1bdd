package dev.trampette.benchmarks;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Slots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private LoopGroups loop;
    private long began;
    private long stamp;

    @Setup(Level.Trial)
    public void choose() {
        Pattern names = Pattern.compile(System.getProperty(PANELS, ""));
        Stream.of(Panels.all(), Panels.leaves()).flatMap(List::stream).filter(panel -> names.matcher(panel.name()).find())
                .forEach(panel -> groups.put(panel, new ArrayList<>()));
        loop = new LoopGroups();
        began = System.nanoTime();
        stamp = SlotTable.timeStamp();
    }

    /// Every panel at a place of its own, in random order, until time is up: at least once.
    @Benchmark
    public int groups() {
        List<Panel> order = new ArrayList<>(groups.keySet());
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.getLong(MILLISECONDS, 0));
        int rounds = 0;
        do {
            Collections.shuffle(order);
            order.forEach(panel -> groups.get(panel).addAll(loop.measure(panel)));
            rounds++;
        } while (System.nanoTime() < end);
        return rounds;
    }

    @TearDown(Level.Trial)
    public void write() {
        double nsPerTick = (double) (System.nanoTime() - began) / (SlotTable.timeStamp() - stamp);
        String file = System.getProperty(FILE);
        if (file != null) {
            new Fork(groups.entrySet().stream().map(panel -> new Slots(panel.getKey().name(),
                    panel.getKey().columns(), panel.getValue().stream().map(group -> scale(group, nsPerTick)).toList()))
                    .toList()).write(Path.of(file));
        }
    }

    private static Group scale(Group group, double factor) {
        return new Group(group.place(), group.before() * factor, group.after() * factor,
                Arrays.stream(group.ns()).map(ticks -> ticks * factor).toArray());
    }
}
