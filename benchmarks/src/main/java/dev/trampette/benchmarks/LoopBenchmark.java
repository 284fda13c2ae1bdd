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

/// What does a call site cost, with the price of the downcall shared by a thousand calls? Layer (a).
///
/// The loop is assembly (`measure_loop`), the instruction is a stub, and one operation is one call. Nothing is
/// subtracted: [#empty_call] shows what the loop itself costs. [#again] and [#doubled] test the run: the first must be
/// equal to `outputs_4` of its design, and so must the second, for cost has to grow with the number of calls.
///
///     ./trampette bench --include loop/
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class LoopBenchmark {

    private static final int CALLS = 1000;

    private MemorySegment emptyCall;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        emptyCall = code.address("empty_call");
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long outputs_0(Placed code, CallSites sites) throws Throwable {
        code.arguments(1);
        return code.run(CALLS, sites.outputs0);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long outputs_1(Placed code, CallSites sites) throws Throwable {
        code.arguments(0x10, code.out.address());
        return code.run(CALLS, sites.outputs1);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long outputs_4(Placed code, CallSites sites) throws Throwable {
        code.arguments(0x40000000, 0, code.out.address());
        return code.run(CALLS, sites.outputs4);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long in_out(Placed code, CallSites sites) throws Throwable {
        code.arguments(0x1000, 0x1000, code.out.address());
        return code.run(CALLS, sites.inOut);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long inputs_all(Placed code, CallSites sites) throws Throwable {
        code.arguments(1, 2, code.out.address());
        return code.run(CALLS, sites.inputsAll);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long again(Placed code, CallSites sites) throws Throwable {
        code.arguments(0x40000000, 0, code.out.address());
        return code.run(CALLS, sites.outputs4);
    }

    @Benchmark
    @OperationsPerInvocation(2 * CALLS)
    public long doubled(Placed code, CallSites sites) throws Throwable {
        code.arguments(0x40000000, 0, code.out.address());
        return code.run(2 * CALLS, sites.outputs4);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long empty_call(Placed code) throws Throwable {
        return code.run(CALLS, emptyCall);
    }
}
