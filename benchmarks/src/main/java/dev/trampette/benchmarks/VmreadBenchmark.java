package dev.trampette.benchmarks;

import dev.trampette.vmx.VmreadDesign;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What does a sequence of eight VMREADs cost while six values are alive? One operation is one sequence.
///
/// The designs that clobber nothing keep the values in volatile registers; the function has to save six callee-saved
/// registers for them.
///
///     ./trampette bench --include vmread/
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class VmreadBenchmark {

    private static final int CALLS = 1000;

    @Param({"stack-trampoline", "branch-out", "function"})
    public String design;

    private MemorySegment sequence;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        VmreadDesign written = VmreadDesign.labelled(design);
        sequence = code.address(written.callSite("vmread_8"));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long sequence_8(Placed code) throws Throwable {
        code.arguments(1, 2, 3, 4, 5, 6);
        return code.run(CALLS, sequence);
    }
}
