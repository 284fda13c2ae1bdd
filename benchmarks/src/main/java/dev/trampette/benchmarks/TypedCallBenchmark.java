package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Result;
import dev.trampette.image.Image;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.tdx.Cpuid;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.MapGpa;
import dev.trampette.tdx.Seamcall;
import dev.trampette.tdx.TdGuest;
import dev.trampette.tdx.TdVmcall;
import dev.trampette.tdx.Tdcall;
import dev.trampette.vmx.Vmcs;
import dev.trampette.vmx.VmcsField;
import dev.trampette.vmx.VmcsFields;
import dev.trampette.vmx.VmreadDesign;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/// What does the typed API add to a bare downcall, and does it allocate?
///
/// [#empty_downcall] is a downcall of a function of five arguments that returns at once; [#empty_downcall_out] is one
/// that stores four results through a pointer, and Java reads them back; [#cpuid_downcall] is a wrapper, called so. The
/// rest are the calls of [TdGuest] to the null image, through the trampoline and confined to a thread unless they say
/// otherwise. [#cpuid_shared] looks its memory up in the thread. [#cpuid_shim] and [#vmread_shim] are the whole way,
/// shared: guard, gate and an upcall to a shim in Java.
///
///     ./trampette bench --include typed/
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 5, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class TypedCallBenchmark {

    private static final TdGuest TRAMPOLINE = TdGuest.ofNullStub(Design.TRAMPOLINE).confined();
    private static final TdGuest MEMORY_STRUCT = TdGuest.ofNullStub(Design.MEMORY_STRUCT).confined();
    private static final TdGuest SHARED = TdGuest.ofNullStub(Design.TRAMPOLINE);
    private static final TdGuest SHIM = TdGuest.of(Design.TRAMPOLINE, registers -> registers.set(Gpr.RAX, 0));
    private static final VmcsField.Natural GUEST_RIP = VmcsFields.GUEST_RIP;
    private static final Vmcs VMCS = Vmcs.of(VmreadDesign.STACK_TRAMPOLINE, registers -> {
        registers.set(registers.operand(), 42);
        registers.setArithmeticFlags(0);
    });

    private static final MethodHandle EMPTY = Linker.nativeLinker().downcallHandle(
            Image.nullStub().address("empty_call"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle EMPTY_OUT = Linker.nativeLinker().downcallHandle(
            Image.nullStub().address("empty_call_out"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle CPUID = Linker.nativeLinker().downcallHandle(
            Image.nullStub().address(Design.TRAMPOLINE.callSite("cpuid")),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MemorySegment OUT = Arena.global().allocate(JAVA_LONG, 4);

    /// The calls that are made from the tables; bound when a benchmark asks for them.
    private static final class Leaves {
        private static final TdVmcall TDVMCALL = TdVmcall.ofNullStub(Design.TRAMPOLINE).confined();
        private static final Tdcall TDCALL = Tdcall.ofNullStub(Design.TRAMPOLINE).confined();
        private static final Seamcall SEAMCALL = Seamcall.ofNullStub(Design.PER_LEAF).confined();
    }

    @Benchmark
    public long empty_downcall() throws Throwable {
        return (long) EMPTY.invokeExact(1L, 2L, 3L, 4L, 5L);
    }

    @Benchmark
    public long empty_downcall_out() throws Throwable {
        return sum((long) EMPTY_OUT.invokeExact(0x40000000, 0, OUT));
    }

    @Benchmark
    public long cpuid_downcall() throws Throwable {
        return sum((long) CPUID.invokeExact(0x40000000, 0, OUT));
    }

    @Benchmark
    public long halt() {
        return TRAMPOLINE.halt(true).code();
    }

    @Benchmark
    public long readMsr() {
        return value(TRAMPOLINE.readMsr(0x10));
    }

    @Benchmark
    public long writeMsr() {
        return TRAMPOLINE.writeMsr(0x10, 42).code();
    }

    @Benchmark
    public long cpuid() {
        return sum(TRAMPOLINE.cpuid(0x40000000, 0));
    }

    @Benchmark
    public long cpuid_shared() {
        return sum(SHARED.cpuid(0x40000000, 0));
    }

    @Benchmark
    public long cpuid_memory_struct() {
        return sum(MEMORY_STRUCT.cpuid(0x40000000, 0));
    }

    @Benchmark
    public long cpuid_shim() {
        return sum(SHIM.cpuid(0x40000000, 0));
    }

    @Benchmark
    public long vmread_shim() {
        return VMCS.read(GUEST_RIP) instanceof Result.Ok<Long, VmxError>(Long value) ? value : -1;
    }

    @Benchmark
    public long mmioRead() {
        return value(TRAMPOLINE.mmioRead(4, 0xfee00000L));
    }

    @Benchmark
    public long mmioWrite() {
        return TRAMPOLINE.mmioWrite(4, 0xfee00000L, 42).code();
    }

    @Benchmark
    public long mapGpa() {
        return TRAMPOLINE.mapGpa(0x1000, 0x1000) instanceof MapGpa.Mapped mapped ? mapped.calls() : -1;
    }

    @Benchmark
    public long reportFatalError() {
        return TRAMPOLINE.reportFatalError(1, "attempted to kill init").code();
    }

    @Benchmark
    public long leaf_cpuid() {
        return Leaves.TDVMCALL.cpuid(0x40000000, 0) instanceof Result.Ok<TdVmcall.Cpuid, GhciStatus>(
                TdVmcall.Cpuid(long eax, long ebx, long ecx, long edx)) ? eax + ebx + ecx + edx : -1;
    }

    @Benchmark
    public long leaf_page_accept() {
        return Leaves.TDCALL.memPageAccept(0x1000).code();
    }

    @Benchmark
    public long leaf_vp_info() {
        Tdcall.VpInfo info = Leaves.TDCALL.vpInfo();
        return info.status().code() + info.gpaw() + info.vcpus();
    }

    @Benchmark
    public long leaf_vp_enter() {
        Seamcall.VpEnter exit = Leaves.SEAMCALL.vpEnter(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        return exit.status().code() + exit.qualification() + exit.r15();
    }

    private static long value(Result<Long, GhciStatus> result) {
        return result instanceof Result.Ok<Long, GhciStatus>(Long value) ? value : -1;
    }

    private static long sum(long status) {
        return status + OUT.getAtIndex(JAVA_LONG, 0) + OUT.getAtIndex(JAVA_LONG, 1) + OUT.getAtIndex(JAVA_LONG, 2)
                + OUT.getAtIndex(JAVA_LONG, 3);
    }

    private static long sum(Result<Cpuid, GhciStatus> result) {
        return result instanceof Result.Ok<Cpuid, GhciStatus>(Cpuid(int eax, int ebx, int ecx, int edx))
                ? eax + ebx + ecx + edx : -1;
    }
}
