package dev.trampette.benchmarks;

import dev.trampette.cost.Fork;
import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Slots;
import dev.trampette.image.Image;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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

    /// System properties of a fork: the names of panels; its time in ms, or 0: then each panel is measured at one
    /// place; the file that the slots go to.
    static final String PANELS = "trampette.panels";
    static final String BETWEEN_PANELS = "|";
    static final String MILLISECONDS = "trampette.milliseconds";
    static final String FILE = "trampette.slots";

    /// Likewise, the file of an earlier build's null image.
    static final String EARLIER = "trampette.earlier";

    /// On a machine that others use a fork gets its time of the processor for so many times as long.
    private static final int PATIENCE = 4;

    private final Map<Panel, List<Group>> groups = new LinkedHashMap<>();
    private final List<Share> shares = new ArrayList<>();
    private LoopGroups loop;
    private JavaGroups java;
    private double nsPerTick;

    @Setup(Level.Trial)
    public void choose() {
        Set<String> names = Set.of(System.getProperty(PANELS, "").split(Pattern.quote(BETWEEN_PANELS)));
        Optional<Image> earlier = Optional.ofNullable(System.getProperty(EARLIER)).map(Path::of).map(Image::load);
        List<Panel> panels = Panels.named(names).stream()
                .map(panel -> earlier.map(image -> Earlier.beside(panel, image)).orElse(panel)).toList();
        panels.forEach(panel -> groups.put(panel, new ArrayList<>()));
        shares.addAll(Share.of(panels));
        loop = new LoopGroups(earlier);
        java = new JavaGroups();
    }

    /// Panels at a place of their own each, until this thread has used its time of the processor.
    @Benchmark
    public int groups() {
        long began = System.nanoTime();
        long stamp = SlotTable.timeStamp();
        long time = TimeUnit.MILLISECONDS.toNanos(Long.getLong(MILLISECONDS, 0));
        int places = 0;
        if (time == 0) {
            for (Panel panel : groups.keySet()) {
                measure(panel);
                places++;
            }
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long used = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - used < time && System.nanoTime() - began < PATIENCE * time) {
            Collections.min(shares).spend(this::measure);
            places++;
        }
        nsPerTick = (double) (System.nanoTime() - began) / (SlotTable.timeStamp() - stamp);
        return places;
    }

    private void measure(Panel panel) {
        groups.get(panel).addAll(panel.layer().isJava() ? java.measure(panel) : loop.measure(panel));
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
        if (!panel.layer().isJava()) {
            return new Slots(panel.name(), panel.columns(), new double[0],
                    measured.stream().map(group -> group.scaled(nsPerTick)).toList());
        }
        return new Slots(panel.name(), panel.columns(), measured.isEmpty() ? new double[0] : java.allocated(panel),
                measured.stream().map(group -> new Group(group.place(), group.before() * nsPerTick,
                        group.after() * nsPerTick, group.ns())).toList());
    }
}
