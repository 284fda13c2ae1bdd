package dev.trampette.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.Result;
import dev.trampette.image.Image;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.tdx.Cpuid;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.TdGuest;
import dev.trampette.tdx.TdVmcall;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;

/// The ways to call from Java, all of them of the same assembly: `trampoline_cpuid`, which returns a status and stores
/// four results. Each method makes one call and looks at all that came back. The name of a way is that of its method,
/// with `-` for `_`.
final class Calls {

    private static final int LEAF = 0x40000000;
    private static final int RESULTS = 4;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final FunctionDescriptor SIGNATURE = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MemoryLayout STRUCT = MemoryLayout.structLayout(JAVA_LONG.withName("status"),
            MemoryLayout.sequenceLayout(RESULTS, JAVA_LONG).withName("out"));
    private static final MemorySegment OUT = Arena.global().allocate(JAVA_LONG, RESULTS + 1);
    private static final SegmentAllocator IN_OUT = SegmentAllocator.prefixAllocator(OUT);
    private static final long[] HEAP = new long[RESULTS];
    private static final MemorySegment HEAP_OUT = MemorySegment.ofArray(HEAP);

    private static final MethodHandle HANDLE = handle(Design.TRAMPOLINE.callSite("cpuid"), SIGNATURE);
    private static final MethodHandle CRITICAL = handle(Design.TRAMPOLINE.callSite("cpuid"), SIGNATURE,
            Linker.Option.critical(true));
    private static final MethodHandle BY_POINTER = handle("cpuid_by_pointer",
            FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    private static final MethodHandle BY_VALUE = handle("cpuid_by_value",
            FunctionDescriptor.of(STRUCT, JAVA_INT, JAVA_INT));

    private static final TdGuest TYPED = TdGuest.ofNullStub(Design.TRAMPOLINE).confined();
    private static final TdGuest SHARED = TdGuest.ofNullStub(Design.TRAMPOLINE);
    private static final TdVmcall TABLE = TdVmcall.ofNullStub(Design.TRAMPOLINE).confined();

    /// What loads the shim image and the guard: when somebody asks for it.
    private static final class WithShim {
        private static final TdGuest GUEST = TdGuest.of(Design.TRAMPOLINE, registers -> registers.set(Gpr.RAX, 0));
    }

    private Calls() {
    }

    private static MethodHandle handle(String symbol, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(Image.nullStub().address(symbol), descriptor, options);
    }

    /// The bare downcall, which stores through a pointer.
    static long handle() throws Throwable {
        return sum((long) HANDLE.invokeExact(LEAF, 0, OUT), 0);
    }

    /// Without the transition of the thread, and into an array of the heap.
    static long critical_heap_array() throws Throwable {
        return (long) CRITICAL.invokeExact(LEAF, 0, HEAP_OUT) + HEAP[0] + HEAP[1] + HEAP[2] + HEAP[3];
    }

    /// Arguments and results in one structure.
    static long struct_by_pointer() throws Throwable {
        OUT.set(JAVA_INT, 0, LEAF);
        OUT.set(JAVA_INT, 4, 0);
        return sum((long) BY_POINTER.invokeExact(OUT), 1);
    }

    /// Status and results as a structure that is returned.
    static long struct_by_value() throws Throwable {
        MemorySegment result = (MemorySegment) BY_VALUE.invokeExact(IN_OUT, LEAF, 0);
        return sum(result.get(JAVA_LONG, 0), 1);
    }

    /// `TdGuest.cpuid`, confined to a thread.
    static long typed() {
        return sum(TYPED.cpuid(LEAF, 0));
    }

    /// The same, shared by threads: it looks its memory up in the thread.
    static long typed_shared() {
        return sum(SHARED.cpuid(LEAF, 0));
    }

    /// `TdVmcall.cpuid`, made from the table.
    static long typed_from_table() {
        return TABLE.cpuid(LEAF, 0) instanceof Result.Ok<TdVmcall.Cpuid, GhciStatus>(
                TdVmcall.Cpuid(long eax, long ebx, long ecx, long edx)) ? eax + ebx + ecx + edx : -1;
    }

    /// `TdGuest.cpuid` all the way: guard, gate, and an upcall to a shim in Java.
    static long upcall_shim() {
        return sum(WithShim.GUEST.cpuid(LEAF, 0));
    }

    /// JNI, with a function in assembly.
    static long jni() {
        return sum(Peers.cpuid(LEAF, 0, OUT.address()), 0);
    }

    /// JNA, direct mapping.
    static long jna_direct() {
        return sum(Peers.Direct.trampoline_cpuid(LEAF, 0, Peers.Direct.OUT), Peers.Direct.OUT);
    }

    /// JNA, through an interface.
    static long jna_interface() {
        return sum(Peers.Jna.LIBRARY.trampoline_cpuid(LEAF, 0, Peers.Direct.OUT), Peers.Direct.OUT);
    }

    /// JNR-FFI.
    static long jnr_ffi() {
        long status = Peers.Jnr.LIBRARY.trampoline_cpuid(LEAF, 0, Peers.Jnr.OUT);
        return status + Peers.Jnr.OUT.getLong(0) + Peers.Jnr.OUT.getLong(8) + Peers.Jnr.OUT.getLong(16)
                + Peers.Jnr.OUT.getLong(24);
    }

    private static long sum(long status, com.sun.jna.Pointer out) {
        return status + out.getLong(0) + out.getLong(8) + out.getLong(16) + out.getLong(24);
    }

    private static long sum(long status, long first) {
        return status + OUT.getAtIndex(JAVA_LONG, first) + OUT.getAtIndex(JAVA_LONG, first + 1)
                + OUT.getAtIndex(JAVA_LONG, first + 2) + OUT.getAtIndex(JAVA_LONG, first + 3);
    }

    private static long sum(Result<Cpuid, GhciStatus> result) {
        return result instanceof Result.Ok<Cpuid, GhciStatus>(Cpuid(int eax, int ebx, int ecx, int edx))
                ? eax + ebx + ecx + edx : -1;
    }
}
