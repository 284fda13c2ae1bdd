package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.cost.Shape;
import dev.trampette.tdx.Design;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The call sites of one design, as Java calls them: an unbound handle for each signature, and the addresses at the
/// place of this iteration. What [LoopBenchmark], [CriticalBenchmark] and [DowncallBenchmark] share.
@State(Scope.Thread)
public class CallSites {

    @Param({"inline", "trampoline", "per-leaf", "memory-struct"})
    public String design;

    MemorySegment outputs0;
    MemorySegment outputs1;
    MemorySegment outputs4;
    MemorySegment inOut;
    MemorySegment inputsAll;
    MemorySegment out;

    @Setup(Level.Iteration)
    public void locate(Placed code) {
        Design written = Design.labelled(design);
        outputs0 = code.address(written.callSite(Shape.OUTPUTS_0.leaf()));
        outputs1 = code.address(written.callSite(Shape.OUTPUTS_1.leaf()));
        outputs4 = code.address(written.callSite(Shape.OUTPUTS_4.leaf()));
        inOut = code.address(written.callSite(Shape.IN_OUT.leaf()));
        inputsAll = code.address(written.callSite(Shape.INPUTS_ALL.leaf()));
        out = code.out;
    }

    static MethodHandle outputs0(Linker.Option... options) {
        return handle(FunctionDescriptor.of(JAVA_LONG, JAVA_BOOLEAN), options);
    }

    static MethodHandle outputs1(Linker.Option... options) {
        return handle(FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS), options);
    }

    static MethodHandle outputs4(Linker.Option... options) {
        return handle(FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS), options);
    }

    static MethodHandle twoLongsAndMemory(Linker.Option... options) {
        return handle(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS), options);
    }

    private static MethodHandle handle(FunctionDescriptor descriptor, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(descriptor, options);
    }
}
