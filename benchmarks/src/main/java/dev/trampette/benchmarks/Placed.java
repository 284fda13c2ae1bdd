package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Placement;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The null image at a new place in every iteration, a stack that begins at another offset, and memory for arguments.
///
/// The places are taken in turn, so a fork whose number of iterations is a multiple of their number has seen each of
/// them equally often. The spread between them is part of the result: see [Samples#placementSpread]. The offset of the
/// stack is random inside a page: REP STOSQ at one offset takes 1.5 times what it takes at another.
@State(Scope.Thread)
public class Placed {

    private static final int ARGUMENTS = 6;
    private static final int PAGE = 4096;

    /// u64 measure_loop(u64 calls, void *call_site, const u64 arguments[7]), at the address that comes first.
    private static final MethodHandle LOOP = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));

    final MemorySegment out = Arena.global().allocate(JAVA_LONG, 16);
    final MemorySegment in = Arena.global().allocate(JAVA_LONG, 16);
    private final MemorySegment arguments = Arena.global().allocate(JAVA_LONG, ARGUMENTS + 1);

    private final RandomGenerator stack = new SplittableRandom();
    private final Placement[] placements = new Placement[Placement.count()];
    private int iteration;
    private Placement current;
    private MemorySegment loop;

    @Setup(Level.Trial)
    public void copyCode() {
        for (int i = 0; i < placements.length; i++) {
            placements[i] = Placement.number(i);
        }
    }

    @Setup(Level.Iteration)
    public void move() {
        current = placements[iteration++ % placements.length];
        loop = current.address("measure_loop");
        arguments.setAtIndex(JAVA_LONG, ARGUMENTS, 16L * stack.nextInt(PAGE / 16));
    }

    MemorySegment address(String symbol) {
        return current.address(symbol);
    }

    /// Call a call site many times from the loop in assembly.
    long run(long calls, MemorySegment callSite) throws Throwable {
        return (long) LOOP.invokeExact(loop, calls, callSite, arguments);
    }

    void arguments(long... values) {
        arguments.asSlice(0, values.length * 8L).copyFrom(MemorySegment.ofArray(values));
    }
}
