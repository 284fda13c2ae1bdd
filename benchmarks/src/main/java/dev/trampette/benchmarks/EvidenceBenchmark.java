package dev.trampette.benchmarks;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What are the parts of a row of [LoopBenchmark]? Each alone, in the same loop.
///
/// A row holds the loop with its call of the call site ([#empty_call]) and the call of the stub; the trampoline has one
/// more call and return, as [#nested_call] has one more than [#empty_call]. Of memory-struct,
/// [#zero_by_rep_stosq] is the zeroing of the structure as GCC 12 emits it, [#zero_by_moves] what another compiler may,
/// and [#memory_struct_by_moves] the row `outputs-4` as that one would have it.
///
///     ./trampette bench --include evidence/
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class EvidenceBenchmark {

    private static final int CALLS = 1000;

    private MemorySegment emptyCall;
    private MemorySegment nestedCall;
    private MemorySegment zeroByRepStosq;
    private MemorySegment zeroByMoves;
    private MemorySegment memoryStructByMoves;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        emptyCall = code.address("empty_call");
        nestedCall = code.address("nested_call");
        zeroByRepStosq = code.address("zero_by_rep_stosq");
        zeroByMoves = code.address("zero_by_moves");
        memoryStructByMoves = code.address("memory_struct_cpuid_by_moves");
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long empty_call(Placed code) throws Throwable {
        return code.run(CALLS, emptyCall);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long nested_call(Placed code) throws Throwable {
        return code.run(CALLS, nestedCall);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long zero_by_rep_stosq(Placed code) throws Throwable {
        return code.run(CALLS, zeroByRepStosq);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long zero_by_moves(Placed code) throws Throwable {
        return code.run(CALLS, zeroByMoves);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long memory_struct_by_moves(Placed code) throws Throwable {
        code.arguments(0x40000000, 0, code.out.address());
        return code.run(CALLS, memoryStructByMoves);
    }
}
