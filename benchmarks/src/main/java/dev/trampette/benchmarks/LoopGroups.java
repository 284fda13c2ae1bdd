package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/// Groups of slots that are called from the loop in assembly.
///
/// What is luck is drawn anew: the place of the code for some groups together, the place of the stack, of arguments and
/// results and the order of the slots for each group. All slots of a group share what was drawn but the order. The
/// reference is REP STOSQ over 96 bytes: nothing that was tried suffers more from a neighbour on the same core.
final class LoopGroups {

    static final String REFERENCE = "zero_by_rep_stosq";

    /// Groups at one place.
    static final int AT_A_PLACE = 6;

    private static final int ARGUMENTS = 6;
    private static final int LINE = 64;
    private static final int LINES = 4096;
    private static final int WORDS = 16;
    private static final int STACK = 4096;
    private static final int ALIGNMENT = 16;
    private static final int MOST_SLOTS = 64 * AT_A_PLACE;

    private final Random random = new Random();
    private final Placement code = new Placement(Image.nullStub());
    private final Optional<Placement> earlier;
    private final MemorySegment arguments = Arena.global().allocate((long) LINES * LINE
            + SlotTable.ARGUMENTS * (long) Long.BYTES, LINE);
    private final MemorySegment memory = Arena.global().allocate((long) LINES * LINE, LINE);
    private final SlotTable table = new SlotTable(MOST_SLOTS);
    private int place;

    /// @param earlier the null image of an earlier build, for panels that have rows of it
    LoopGroups(Optional<Image> earlier) {
        this.earlier = earlier.map(Placement::new);
    }

    /// Measure some groups of a panel, at a place of their own.
    ///
    /// @return the groups, their figures in ticks of a call
    List<Group> measure(Panel panel) {
        int offset = Placement.ALIGNMENT * random.nextInt(Placement.OFFSETS / Placement.ALIGNMENT);
        code.move(offset, Stub.of(panel));
        if (panel.designs().stream().anyMatch(Panel.Entry::earlier)) {
            earlier.orElseThrow().move(offset, Stub.of(panel));
        }
        int columns = panel.columns().size();
        List<Integer> order = new ArrayList<>(IntStream.range(0, columns).boxed().toList());
        int[][] slots = new int[AT_A_PLACE][columns + 2];
        table.clear();
        for (int[] group : slots) {
            Collections.shuffle(order, random);
            fill(panel, order, group);
        }
        table.measure(code.address("measure_slots"));
        place++;
        List<Group> groups = new ArrayList<>();
        for (int[] group : slots) {
            double[] figures = IntStream.range(0, columns)
                    .mapToDouble(column -> ticks(group[column], panel.calls(column, SlotTable.CALLS))).toArray();
            groups.add(new Group(place, ticks(group[columns], SlotTable.CALLS),
                    ticks(group[columns + 1], SlotTable.CALLS), figures));
        }
        return groups;
    }

    private void fill(Panel panel, List<Integer> order, int[] slots) {
        long stack = ALIGNMENT * random.nextInt(STACK / ALIGNMENT);
        MemorySegment out = memory.asSlice((long) LINE * random.nextInt(LINES - 2 * WORDS), WORDS * 2L * Long.BYTES);
        int line = random.nextInt(LINES);
        int columns = order.size();
        slots[columns] = reference(stack);
        for (int column : order) {
            Panel.Entry entry = panel.designs().get(column % panel.designs().size());
            Placement build = entry.earlier() ? earlier.orElseThrow() : code;
            long at = write(line++ % LINES, panel, build.address(entry.symbol()), entry.symbol(), out);
            slots[column] = table.add(build.address(Stub.entry(panel, entry.symbol())), at, stack,
                    panel.calls(column, SlotTable.CALLS), Stub.waits(panel) ? out.address() : 0);
        }
        slots[columns + 1] = reference(stack);
    }

    private int reference(long stack) {
        return table.add(code.address(REFERENCE), arguments.address(), stack, SlotTable.CALLS, 0);
    }

    /// Write the arguments of a call site; the address of the first.
    private long write(int line, Panel panel, MemorySegment site, String symbol, MemorySegment out) {
        long[] values = Stub.isRetried(panel)
                ? new long[] {1 << 20, 1 << 12, out.address(), site.address()}
                : values(symbol, out);
        MemorySegment place = arguments.asSlice((long) line * LINE, ARGUMENTS * (long) Long.BYTES);
        MemorySegment.copy(values, 0, place, JAVA_LONG, 0, values.length);
        return place.address();
    }

    /// From the contract: every number is 1, every pointer is memory.
    private static long[] values(String symbol, MemorySegment out) {
        return Image.nullStub().file().findContract(symbol).map(Contract::signature)
                .map(signature -> signature.arguments().stream().mapToLong(argument -> switch (argument.type()) {
                    case OUT -> out.address();
                    case IN -> out.address() + WORDS * Long.BYTES;
                    default -> 1;
                }).toArray())
                .orElseGet(() -> symbol.contains("_live_") ? new long[] {out.address()}
                        : new long[] {1, 1, out.address()});
    }

    private double ticks(int slot, int calls) {
        return (double) table.ticks(slot) / calls;
    }
}
