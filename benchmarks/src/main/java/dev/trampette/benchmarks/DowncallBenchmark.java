package dev.trampette.benchmarks;

import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// What does a call site cost from Java? Layer (c).
///
/// The transition of the thread to native and back costs more than the designs differ by.
///
///     ./trampette bench --include downcall/
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DowncallBenchmark {

    private static final MethodHandle OUTPUTS_0 = CallSites.outputs0();
    private static final MethodHandle OUTPUTS_1 = CallSites.outputs1();
    private static final MethodHandle OUTPUTS_4 = CallSites.outputs4();
    private static final MethodHandle TWO_LONGS_AND_MEMORY = CallSites.twoLongsAndMemory();

    @Benchmark
    public long outputs_0(CallSites sites) throws Throwable {
        return (long) OUTPUTS_0.invokeExact(sites.outputs0, true);
    }

    @Benchmark
    public long outputs_1(CallSites sites) throws Throwable {
        return (long) OUTPUTS_1.invokeExact(sites.outputs1, 0x10, sites.out);
    }

    @Benchmark
    public long outputs_4(CallSites sites) throws Throwable {
        return (long) OUTPUTS_4.invokeExact(sites.outputs4, 0x40000000, 0, sites.out);
    }

    @Benchmark
    public long in_out(CallSites sites) throws Throwable {
        return (long) TWO_LONGS_AND_MEMORY.invokeExact(sites.inOut, 0x1000L, 0x1000L, sites.out);
    }

    @Benchmark
    public long inputs_all(CallSites sites) throws Throwable {
        return (long) TWO_LONGS_AND_MEMORY.invokeExact(sites.inputsAll, 1L, 2L, sites.out);
    }
}
