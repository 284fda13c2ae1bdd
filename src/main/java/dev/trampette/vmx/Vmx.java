package dev.trampette.vmx;

import dev.trampette.call.CheckReturnValue;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.Arena;
import java.util.Optional;

/// The VMX instructions of a hypervisor: the reads of [Vmcs], and VMWRITE, VMCLEAR, VMPTRLD, INVEPT and INVVPID,
/// through wrappers of one [VmxDesign].
///
/// What has no output gives what the wrapper told an error handler, and nothing when the instruction succeeded:
///
/// ```java
/// vmx.write(VmcsFields.GUEST_RIP, 0xfff0).ifPresent(error -> log(error));
/// ```
///
/// Operands are in registers; the wrappers with operands in memory (`branch_out_vmread_memory` ...) are there to be
/// verified and counted. A field that cannot be written has no write: it does not compile. Instances can be shared by
/// threads.
@CheckReturnValue
public sealed interface Vmx extends Vmcs permits BoundVmx {

    /// {@return instructions that a shim answers, under the guard, for as long as the JVM runs}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmx of(VmxDesign design, Shim shim) {
        return of(design.vmread(), design, shim);
    }

    /// {@return the same with another design for the reads} Linux has the stack trampoline there when the compiler
    /// knows no "asm goto with outputs", and branches out for the rest.
    ///
    /// @param reads how the wrappers of VMREAD are written
    /// @param design how those of the other instructions are written
    /// @param shim who answers, on the thread that calls
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmx of(VmreadDesign reads, VmxDesign design, Shim shim) {
        return of(reads, design, shim, Arena.global());
    }

    /// {@return the same, for as long as an arena lives}
    ///
    /// @param reads how the wrappers of VMREAD are written
    /// @param design how those of the other instructions are written
    /// @param shim who answers, on the thread that calls
    /// @param arena it stays the caller's; no call may come when it is closed, or be under way
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmx of(VmreadDesign reads, VmxDesign design, Shim shim, Arena arena) {
        return BoundVmx.bind(reads, design, shim, arena);
    }

    /// Write a 16-bit field.
    ///
    /// @param field one of the current VMCS
    /// @param value all of it, without sign
    /// @return what the error handler was told; empty on success
    Optional<VmxError> write(VmcsField.Width16.ReadWrite field, short value);

    /// Write a 32-bit field.
    ///
    /// @param field one of the current VMCS
    /// @param value all of it, without sign
    /// @return what the error handler was told; empty on success
    Optional<VmxError> write(VmcsField.Width32.ReadWrite field, int value);

    /// Write the high half of a 64-bit field, and leave the low half alone.
    ///
    /// @param field what [VmcsField.Width64#high] gives
    /// @param value bits 63:32 of the field
    /// @return what the error handler was told; empty on success
    Optional<VmxError> write(VmcsField.High.ReadWrite field, int value);

    /// Write a 64-bit field.
    ///
    /// @param field one of the current VMCS
    /// @param value all of it
    /// @return what the error handler was told; empty on success
    Optional<VmxError> write(VmcsField.Width64.ReadWrite field, long value);

    /// Write a field of natural width.
    ///
    /// @param field one of the current VMCS
    /// @param value all of it, 64 bits
    /// @return what the error handler was told; empty on success
    Optional<VmxError> write(VmcsField.Natural.ReadWrite field, long value);

    /// VMCLEAR: the VMCS is in memory afterwards, `clear`, and not current. The error handler gets the address for the
    /// pointer too.
    ///
    /// @param address the physical address of the region, a multiple of 4 KiB
    /// @return what the error handler was told; empty on success
    Optional<VmxError> clear(long address);

    /// VMPTRLD: the VMCS is current afterwards. The error handler gets the address for the pointer too.
    ///
    /// @param address the physical address of the region, a multiple of 4 KiB
    /// @return what the error handler was told; empty on success
    Optional<VmxError> load(long address);

    /// INVEPT: forget translations that come from EPT.
    ///
    /// @param type how many of them
    /// @param eptp the EPT pointer; [InveptType#GLOBAL] has no use for it
    /// @return what the error handler was told; empty on success
    Optional<VmxError> invept(InveptType type, long eptp);

    /// INVVPID: forget translations of virtual processors.
    ///
    /// @param type how many of them
    /// @param vpid the virtual processor, 16 bits without sign; [InvvpidType#ALL_CONTEXTS] has no use for it
    /// @param address a linear address, for [InvvpidType#INDIVIDUAL_ADDRESS]
    /// @return what the error handler was told; empty on success
    Optional<VmxError> invvpid(InvvpidType type, short vpid, long address);
}
