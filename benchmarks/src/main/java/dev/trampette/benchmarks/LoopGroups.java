package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.contract.Contract;
import dev.trampette.cost.Group;
import dev.trampette.cost.Panel;
import dev.trampette.image.Image;
import dev.trampette.image.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/// Groups of slots that are called from the loop in assembly.
///
/// What is luck is drawn anew: the place of the code for some groups together, the place of the stack, of arguments and
/// results and the order of the slots for each group. All slots of a group share what was drawn but the order.
final class LoopGroups {

    private static final int ARGUMENTS = 6;
    private static final int LINE = 64;
    private static final int LINES = 4096;
    private static final int WORDS = 16;
    private static final int MOST_COLUMNS = 62;

    private final Random random = new Random();
    private final Placement code = new Placement(Image.nullStub());
    private final Optional<Placement> earlier;
    private final MemorySegment arguments = Arena.global().allocate((long) LINES * LINE
            + SlotTable.ARGUMENTS * (long) Long.BYTES, LINE);
    private final MemorySegment memory = Arena.global().allocate((long) LINES * LINE, LINE);
    private final SlotGroups groups = new SlotGroups(random, MOST_COLUMNS);

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
        return groups.measure(panel, code, (_, stack) -> slots(panel, stack));
    }

    /// The slots of a group.
    private IntUnaryOperator slots(Panel panel, long stack) {
        MemorySegment out = memory.asSlice((long) LINE * random.nextInt(LINES - 2 * WORDS), WORDS * 2L * Long.BYTES);
        PrimitiveIterator.OfInt lines = IntStream.iterate(random.nextInt(LINES), n -> (n + 1) % LINES).iterator();
        return column -> {
            Panel.Entry entry = panel.designs().get(column % panel.designs().size());
            Placement build = entry.earlier() ? earlier.orElseThrow() : code;
            long at = write(lines.nextInt(), panel, build.address(entry.symbol()), entry.symbol(), out);
            return groups.table().add(build.address(Stub.entry(panel, entry.symbol())), at, stack,
                    panel.calls(column, SlotTable.CALLS), Stub.waits(panel) ? out.address() : 0);
        };
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
}
