package dev.trampette.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No typed call allocates, once it is compiled: the bodies of [TypedCallBenchmark], in this JVM.
class AllocationTest {

    private static final int BATCHES = 100;
    private static final int CALLS = 100_000;

    /// What the measurement itself may take, in bytes for each call.
    private static final double NOISE = 0.1;

    /// A body of the benchmark.
    interface Body {
        long run(TypedCallBenchmark benchmark) throws Throwable;
    }

    private record Call(String name, Body body) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Call> no_typed_call_allocates() {
        return List.of(
                new Call("halt", TypedCallBenchmark::halt),
                new Call("readMsr", TypedCallBenchmark::readMsr),
                new Call("writeMsr", TypedCallBenchmark::writeMsr),
                new Call("cpuid", TypedCallBenchmark::cpuid),
                new Call("cpuid_shared", TypedCallBenchmark::cpuid_shared),
                new Call("mmioRead", TypedCallBenchmark::mmioRead),
                new Call("mmioWrite", TypedCallBenchmark::mmioWrite),
                new Call("mapGpa", TypedCallBenchmark::mapGpa),
                new Call("reportFatalError", TypedCallBenchmark::reportFatalError),
                new Call("vmread_shim", TypedCallBenchmark::vmread_shim));
    }

    /// The compiler takes its time: some batch of calls, out of many, must do without the heap.
    @ParameterizedTest
    @MethodSource
    void no_typed_call_allocates(Call call) throws Throwable {
        TypedCallBenchmark benchmark = new TypedCallBenchmark();
        double bytesInACall = Double.MAX_VALUE;
        for (int batch = 0; batch < BATCHES && bytesInACall > NOISE; batch++) {
            bytesInACall = Math.min(bytesInACall, allocated(call, benchmark));
        }

        assertThat(bytesInACall).isLessThanOrEqualTo(NOISE);
    }

    private static double allocated(Call call, TypedCallBenchmark benchmark) throws Throwable {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long sum = 0;
        for (int i = 0; i < CALLS; i++) {
            sum += call.body.run(benchmark);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(sum).isNotEqualTo(Long.MIN_VALUE);
        return (double) bytes / CALLS;
    }
}
