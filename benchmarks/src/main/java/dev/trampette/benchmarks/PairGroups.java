package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Fork;
import dev.trampette.cost.Group;
import dev.trampette.cost.Layer;
import dev.trampette.cost.Mode;
import dev.trampette.cost.Panel;
import dev.trampette.cost.Panel.Entry;
import dev.trampette.cost.Slots;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import dev.trampette.verify.values.Pairing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Groups of slots of two routines, whosever they are: as [LoopGroups] has them, and with the same reference.
public final class PairGroups {

    /// The rows: the ratio of B is to A, the last of them. Both are measured twice; with half the calls they are not,
    /// for of a routine that takes two nanoseconds the two time stamps are 3 %.
    public static final Panel PANEL = new Panel(Layer.LEAF, "compare", "A and B", Optional.empty(), Mode.THROUGHPUT,
            List.of(new Entry("B", ""), new Entry("A", "")), true);

    private static final int LINE = 64;
    private static final int LINES = 4096;
    /// A slot's words, in lines.
    private static final int STEP = 2;
    private static final int GROUP_LINES = LINES / STEP / SlotGroups.AT_A_PLACE;
    private static final int PATIENCE = 4;

    private final Random random = new Random();
    private final Placement loop = new Placement(Image.nullStub());
    private final List<Measurable> routines;
    private final LoopArguments values;
    private final MemorySegment arguments = Arena.global().allocate((long) LINES * LINE, LINE);
    private final MemorySegment memory;
    private final SlotGroups slots = new SlotGroups(random, PANEL.columns().size());

    /// @param first A
    /// @param second B
    /// @param contracts theirs
    public PairGroups(Measurable first, Measurable second, List<Contract> contracts) {
        this.routines = List.of(second, first);
        this.values = new LoopArguments(List.of(new Pairing(contracts.get(1), contracts.get(0), false),
                new Pairing(contracts.get(0), contracts.get(1), true)));
        this.memory = Arena.global().allocate((long) LINES * LINE + values.size(), LINE);
    }

    /// Why the loop cannot call a routine, a sentence without its name; empty when it can.
    public static Optional<String> obstacle(Contract contract) {
        return LoopArguments.obstacle(contract);
    }

    /// Measure for so much time of the processor, or for a few times as long on a machine that others use.
    public Fork measure(Duration time) {
        long began = System.nanoTime();
        long stamp = SlotTable.timeStamp();
        List<Group> groups = new ArrayList<>();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long used = threads.getCurrentThreadCpuTime();
        do {
            groups.addAll(measure());
        } while (threads.getCurrentThreadCpuTime() - used < time.toNanos()
                && System.nanoTime() - began < PATIENCE * time.toNanos());
        double nsPerTick = (double) (System.nanoTime() - began) / (SlotTable.timeStamp() - stamp);
        return new Fork(List.of(new Slots(PANEL.name(), PANEL.columns(), new double[0], groups.stream()
                .map(group -> group.scaled(nsPerTick)).toList())));
    }

    /// The groups of one place.
    private List<Group> measure() {
        loop.move(Placement.ALIGNMENT * random.nextInt(Placement.OFFSETS / Placement.ALIGNMENT), Map.of());
        List<MemorySegment> entries = routines.stream().map(routine -> routine.move(random)).toList();
        return slots.measure(PANEL, loop, (group, stack) -> slots(entries, group, stack));
    }

    /// Each group has lines of its own, for all of a place are filled before the first is measured.
    private IntUnaryOperator slots(List<MemorySegment> entries, int group, long stack) {
        MemorySegment pointed = memory.asSlice((long) LINE * random.nextInt(LINES), values.size());
        pointed.fill((byte) 0);
        PrimitiveIterator.OfInt lines = IntStream.iterate(group * GROUP_LINES
                + random.nextInt(GROUP_LINES - PANEL.columns().size()), n -> n + 1).iterator();
        return column -> {
            int routine = column % routines.size();
            MemorySegment words = arguments.asSlice((long) lines.nextInt() * STEP * LINE,
                    SlotTable.ARGUMENTS * (long) Long.BYTES);
            MemorySegment.copy(values.words(routine, pointed.address()), 0, words, JAVA_LONG, 0,
                    SlotTable.ARGUMENTS);
            return slots.table().add(entries.get(routine), words.address(), stack,
                    PANEL.calls(column, SlotTable.CALLS), 0);
        };
    }
}
