package dev.trampette.benchmarks;

import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Groups of slots that are called from Java: the same, with a loop in Java around each call. The reference at both
/// ends is the one in assembly.
final class JavaGroups {

    /// A loop is called so often before it is measured: by then it is compiled.
    private static final int WARM = 100;

    private final Random random = new Random();
    private final Placement code = new Placement(Image.nullStub());
    private final MemorySegment arguments =
            Arena.global().allocate(SlotTable.ARGUMENTS * (long) Long.BYTES, 64);
    private final SlotTable table = new SlotTable(1);
    private final JavaRows rows = new JavaRows();
    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Set<Panel> warm = new HashSet<>();
    private int place;
    private long sum;

    /// Measure some groups of a panel, at a place of their own, in ns; the references are in ticks.
    List<Group> measure(Panel panel) {
        if (warm.add(panel)) {
            warmUp(panel);
        }
        code.move(Placement.ALIGNMENT * random.nextInt(Placement.OFFSETS / Placement.ALIGNMENT), Map.of());
        place++;
        int columns = panel.columns().size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < SlotGroups.AT_A_PLACE; i++) {
            Collections.shuffle(order, random);
            double[] ns = new double[columns];
            double before = reference();
            for (int column : order) {
                Panel.Entry entry = panel.designs().get(column % panel.designs().size());
                ns[column] = slot(rows.loop(panel, entry), panel.calls(column, SlotTable.CALLS), site(entry));
            }
            groups.add(new Group(place, before, reference(), ns));
        }
        return groups;
    }

    private void warmUp(Panel panel) {
        for (Panel.Entry entry : panel.designs()) {
            JavaLoop loop = rows.loop(panel, entry);
            for (int i = 0; i < WARM; i++) {
                call(loop, SlotTable.CALLS, site(entry));
            }
        }
    }

    /// How many bytes of heap one call of each column allocates.
    double[] allocated(Panel panel) {
        return IntStream.range(0, panel.columns().size()).mapToDouble(column -> {
            Panel.Entry entry = panel.designs().get(column % panel.designs().size());
            JavaLoop loop = rows.loop(panel, entry);
            call(loop, SlotTable.CALLS, site(entry));
            long before = threads.getCurrentThreadAllocatedBytes();
            call(loop, SlotTable.CALLS, site(entry));
            long between = threads.getCurrentThreadAllocatedBytes();
            return (double) (between - before) / SlotTable.CALLS;
        }).toArray();
    }

    private MemorySegment site(Panel.Entry entry) {
        return entry.symbol().isEmpty() ? MemorySegment.NULL : code.address(entry.symbol());
    }

    private double slot(JavaLoop loop, int calls, MemorySegment site) {
        call(loop, SlotTable.CALLS, site);
        long begin = System.nanoTime();
        call(loop, calls, site);
        return (double) (System.nanoTime() - begin) / calls;
    }

    private void call(JavaLoop loop, int calls, MemorySegment site) {
        try {
            sum += loop.run(calls, site);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private double reference() {
        table.clear();
        table.add(code.address(SlotGroups.REFERENCE), arguments.address(), 0, SlotTable.CALLS, 0);
        table.measure(code.address("measure_slots"));
        return (double) table.ticks(0) / SlotTable.CALLS;
    }
}
