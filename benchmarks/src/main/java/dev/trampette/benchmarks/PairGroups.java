package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.abi.Pairing;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// Groups of slots of two routines, whosever they are: as [LoopGroups] has them, and with the same reference.
public final class PairGroups {

    /// The rows: the ratio of B is to A, the last of them. Both are measured twice; with half the calls they are not,
    /// for of a routine that takes two nanoseconds the two time stamps are 3 %.
    public static final Panel PANEL = new Panel(Layer.LEAF, "compare", "A and B", Optional.empty(), Mode.THROUGHPUT,
            List.of(new Entry("B", ""), new Entry("A", "")), true);

    private static final int LINE = 64;
    private static final int LINES = 4096;
    private static final int STACK = 4096;
    private static final int ALIGNMENT = 16;
    /// A slot's words, in lines.
    private static final int STEP = 2;
    private static final int GROUP_LINES = LINES / STEP / LoopGroups.AT_A_PLACE;
    private static final int PATIENCE = 4;

    private final Random random = new Random();
    private final Placement loop = new Placement(Image.nullStub());
    private final List<Measurable> routines;
    private final LoopArguments values;
    private final MemorySegment arguments = Arena.global().allocate((long) LINES * LINE, LINE);
    private final MemorySegment memory;
    private final SlotTable table;
    private int place;

    /// @param first A
    /// @param second B
    /// @param contracts theirs
    public PairGroups(Measurable first, Measurable second, List<Contract> contracts) {
        this.routines = List.of(second, first);
        this.values = new LoopArguments(List.of(new Pairing(contracts.get(1), contracts.get(0), false),
                new Pairing(contracts.get(0), contracts.get(1), true)));
        this.memory = Arena.global().allocate((long) LINES * LINE + values.size(), LINE);
        this.table = new SlotTable((PANEL.columns().size() + 2) * LoopGroups.AT_A_PLACE);
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
            measure(groups);
        } while (threads.getCurrentThreadCpuTime() - used < time.toNanos()
                && System.nanoTime() - began < PATIENCE * time.toNanos());
        double nsPerTick = (double) (System.nanoTime() - began) / (SlotTable.timeStamp() - stamp);
        return new Fork(List.of(new Slots(PANEL.name(), PANEL.columns(), new double[0], groups.stream()
                .map(group -> new Group(group.place(), group.before() * nsPerTick, group.after() * nsPerTick,
                        Arrays.stream(group.ns()).map(ticks -> ticks * nsPerTick).toArray())).toList())));
    }

    /// The groups of one place.
    private void measure(List<Group> groups) {
        loop.move(Placement.ALIGNMENT * random.nextInt(Placement.OFFSETS / Placement.ALIGNMENT), Map.of());
        List<MemorySegment> entries = routines.stream().map(routine -> routine.move(random)).toList();
        int columns = PANEL.columns().size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        int[][] slots = new int[LoopGroups.AT_A_PLACE][columns + 2];
        table.clear();
        for (int group = 0; group < slots.length; group++) {
            Collections.shuffle(order, random);
            fill(entries, order, group, slots[group]);
        }
        table.measure(loop.address("measure_slots"));
        place++;
        for (int[] group : slots) {
            groups.add(new Group(place, ticks(group[columns], SlotTable.CALLS),
                    ticks(group[columns + 1], SlotTable.CALLS), IntStream.range(0, columns).mapToDouble(column ->
                            ticks(group[column], PANEL.calls(column, SlotTable.CALLS))).toArray()));
        }
    }

    /// Each group has lines of its own, for all of a place are filled before the first is measured.
    private void fill(List<MemorySegment> entries, List<Integer> order, int group, int[] slots) {
        long stack = ALIGNMENT * random.nextInt(STACK / ALIGNMENT);
        MemorySegment pointed = memory.asSlice((long) LINE * random.nextInt(LINES), values.size());
        pointed.fill((byte) 0);
        int columns = order.size();
        int line = group * GROUP_LINES + random.nextInt(GROUP_LINES - columns);
        slots[columns] = reference(stack);
        for (int column : order) {
            int routine = column % routines.size();
            MemorySegment words = arguments.asSlice((long) line++ * STEP * LINE,
                    SlotTable.ARGUMENTS * (long) Long.BYTES);
            MemorySegment.copy(values.words(routine, pointed.address()), 0, words, JAVA_LONG, 0,
                    SlotTable.ARGUMENTS);
            slots[column] = table.add(entries.get(routine), words.address(), stack,
                    PANEL.calls(column, SlotTable.CALLS), 0);
        }
        slots[columns + 1] = reference(stack);
    }

    private int reference(long stack) {
        return table.add(loop.address(LoopGroups.REFERENCE), arguments.address(), stack, SlotTable.CALLS, 0);
    }

    private double ticks(int slot, int calls) {
        return (double) table.ticks(slot) / calls;
    }
}
