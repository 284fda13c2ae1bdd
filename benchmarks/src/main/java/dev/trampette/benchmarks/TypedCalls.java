package dev.trampette.benchmarks;

import dev.trampette.call.Result;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.GhciStatus;
import dev.trampette.tdx.Cpuid;
import dev.trampette.tdx.Design;
import dev.trampette.tdx.MapGpa;
import dev.trampette.tdx.Seamcall;
import dev.trampette.tdx.TdGuest;
import dev.trampette.tdx.Tdcall;
import dev.trampette.vmx.Vmcs;
import dev.trampette.vmx.VmcsField;
import dev.trampette.vmx.VmcsFields;
import dev.trampette.vmx.VmreadDesign;

/// The calls of the typed API, to the null image, through the trampoline and confined to a thread unless they say
/// otherwise: what they cost, and that they do not allocate.
final class TypedCalls {

    private static final TdGuest TRAMPOLINE = TdGuest.ofNullStub(Design.TRAMPOLINE).confined();
    private static final TdGuest MEMORY_STRUCT = TdGuest.ofNullStub(Design.MEMORY_STRUCT).confined();
    private static final VmcsField.Natural GUEST_RIP = VmcsFields.GUEST_RIP;

    /// Bound when somebody asks for it.
    private static final class Bound {
        private static final Tdcall TDCALL = Tdcall.ofNullStub(Design.TRAMPOLINE).confined();
        private static final Seamcall SEAMCALL = Seamcall.ofNullStub(Design.PER_LEAF).confined();
        private static final Vmcs VMCS = Vmcs.of(VmreadDesign.STACK_TRAMPOLINE, registers -> {
            registers.set(registers.operand(), 42);
            registers.setArithmeticFlags(0);
        });
    }

    private TypedCalls() {
    }

    static long halt() {
        return TRAMPOLINE.halt(true).code();
    }

    static long read_msr() {
        return value(TRAMPOLINE.readMsr(0x10));
    }

    static long write_msr() {
        return TRAMPOLINE.writeMsr(0x10, 42).code();
    }

    static long cpuid() {
        return sum(TRAMPOLINE.cpuid(0x40000000, 0));
    }

    static long cpuid_memory_struct() {
        return sum(MEMORY_STRUCT.cpuid(0x40000000, 0));
    }

    static long vmread_shim() {
        return Bound.VMCS.read(GUEST_RIP) instanceof Result.Ok<Long, VmxError>(Long value) ? value : -1;
    }

    static long mmio_read() {
        return value(TRAMPOLINE.mmioRead(4, 0xfee00000L));
    }

    static long mmio_write() {
        return TRAMPOLINE.mmioWrite(4, 0xfee00000L, 42).code();
    }

    static long map_gpa() {
        return TRAMPOLINE.mapGpa(0x1000, 0x1000) instanceof MapGpa.Mapped mapped ? mapped.calls() : -1;
    }

    static long report_fatal_error() {
        return TRAMPOLINE.reportFatalError(1, "attempted to kill init").code();
    }

    static long page_accept() {
        return Bound.TDCALL.memPageAccept(0x1000).code();
    }

    static long vp_info() {
        Tdcall.VpInfo info = Bound.TDCALL.vpInfo();
        return info.status().code() + info.gpaw() + info.vcpus();
    }

    static long vp_enter() {
        Seamcall.VpEnter exit = Bound.SEAMCALL.vpEnter(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        return exit.status().code() + exit.qualification() + exit.r15();
    }

    private static long value(Result<Long, GhciStatus> result) {
        return result instanceof Result.Ok<Long, GhciStatus>(Long value) ? value : -1;
    }

    private static long sum(Result<Cpuid, GhciStatus> result) {
        return result instanceof Result.Ok<Cpuid, GhciStatus>(Cpuid(int eax, int ebx, int ecx, int edx))
                ? eax + ebx + ecx + edx : -1;
    }
}
