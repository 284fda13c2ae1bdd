package dev.trampette.benchmarks;

import dev.trampette.call.Batch;
import dev.trampette.call.Probe;
import dev.trampette.call.Script;
import dev.trampette.call.Vectors;
import dev.trampette.image.Image;
import java.lang.foreign.Arena;
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

/// What does a checked call cost, beside a bare one?
///
/// The routine returns at once. [#bare] calls it in the measuring loop. [#batch_registers] makes new values for 15
/// registers and the flags, calls, and compares registers, RSP, flags, MXCSR, x87, segment bases and 64 words of the
/// caller's frame; [#batch_vectors] does the same with all vectors and masks. [#single] is one call
/// from Java with everything loaded and captured, as it is made for each case that is looked at in full.
///
///     ./trampette bench --include probe/
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class ProbeBenchmark {

    private static final int CALLS = 1000;

    private final MemorySegment routine = Image.nullStub().address("empty_call");
    private final Batch batch = Batch.sysv(1);
    private final Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());
    private MemorySegment placed;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        placed = code.address("empty_call");
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long bare(Placed code) throws Throwable {
        return code.run(CALLS, placed);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long batch_registers() {
        probe.look(Vectors.NONE);
        return held(probe.batch(routine, batch, CALLS / 2));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long batch_vectors() {
        probe.look(probe.available());
        return held(probe.batch(routine, batch, CALLS / 2));
    }

    @Benchmark
    public void single() {
        probe.call(routine);
    }

    private static long held(long calls) {
        if (calls != CALLS) {
            throw new IllegalStateException("an empty function does not hold, calls=" + calls);
        }
        return calls;
    }
}
