package dev.trampette.benchmarks;

import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.image.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Groups of slots that are called from the loop in assembly: in random order, with the reference at both ends, and all
/// groups of a place one behind the other. The reference is REP STOSQ over 96 bytes: nothing that was tried suffers
/// more from a neighbour on the same core.
final class SlotGroups {

    static final String REFERENCE = "zero_by_rep_stosq";

    /// Groups at one place.
    static final int AT_A_PLACE = 6;

    private static final int STACK = 4096;
    private static final int ALIGNMENT = 16;

    private final Random random;
    private final SlotTable table;
    private final MemorySegment anything = Arena.global().allocate(SlotTable.ARGUMENTS * (long) Long.BYTES, 64);
    private int place;

    /// @param columns the most that a group has
    SlotGroups(Random random, int columns) {
        this.random = random;
        this.table = new SlotTable((columns + 2) * AT_A_PLACE);
    }

    /// What the slots of a group are.
    interface Filling {

        /// Draw what is the same for all of a group.
        ///
        /// @param group its number at this place
        /// @param stack how much lower the stack begins
        /// @return adds the slot of a column, and has its number
        IntUnaryOperator group(int group, long stack);
    }

    /// Where slots are added.
    SlotTable table() {
        return table;
    }

    /// Measure the groups of a place.
    ///
    /// @param loop a copy of the null image, whose loop calls
    /// @return the groups, their figures in ticks of a call
    List<Group> measure(Panel panel, Placement loop, Filling filling) {
        int columns = panel.columns().size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        int[][] slots = new int[AT_A_PLACE][columns + 2];
        table.clear();
        for (int group = 0; group < slots.length; group++) {
            Collections.shuffle(order, random);
            long stack = ALIGNMENT * random.nextInt(STACK / ALIGNMENT);
            IntUnaryOperator add = filling.group(group, stack);
            slots[group][columns] = reference(loop, stack);
            for (int column : order) {
                slots[group][column] = add.applyAsInt(column);
            }
            slots[group][columns + 1] = reference(loop, stack);
        }
        table.measure(loop.address("measure_slots"));
        place++;
        List<Group> groups = new ArrayList<>();
        for (int[] group : slots) {
            groups.add(new Group(place, ticks(group[columns], SlotTable.CALLS),
                    ticks(group[columns + 1], SlotTable.CALLS), IntStream.range(0, columns).mapToDouble(column ->
                            ticks(group[column], panel.calls(column, SlotTable.CALLS))).toArray()));
        }
        return groups;
    }

    private int reference(Placement loop, long stack) {
        return table.add(loop.address(REFERENCE), anything.address(), stack, SlotTable.CALLS, 0);
    }

    private double ticks(int slot, int calls) {
        return (double) table.ticks(slot) / calls;
    }
}
