package dev.trampette.benchmarks;

import dev.trampette.contract.Contract;
import dev.trampette.image.Image;
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

/// What does the wrapper of any leaf cost? One operation is one call from the loop in assembly.
///
/// The arguments are taken from the contract: every number is 1, every pointer is memory of its own.
///
///     ./trampette bench --include leaf/trampoline/tdg_
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class LeafBenchmark {

    private static final int CALLS = 1000;

    @Param("trampoline_hlt")
    public String wrapper;

    private MemorySegment callSite;
    private long[] arguments;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        Contract contract = Image.nullStub().symbol(wrapper).contract();
        callSite = code.address(wrapper);
        arguments = contract.signature().arguments().stream().mapToLong(argument -> switch (argument.type()) {
            case OUT -> code.out.address();
            case IN -> code.in.address();
            default -> 1;
        }).toArray();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public long call(Placed code) throws Throwable {
        code.arguments(arguments);
        return code.run(CALLS, callSite);
    }
}
