package dev.trampette.vmx;

import dev.trampette.call.CheckReturnValue;
import dev.trampette.call.Result;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.Arena;

/// Reads of the current VMCS, through wrappers of one [VmreadDesign].
///
/// A read gives the value, or what the wrapper told its C error handler. Instances can be shared by threads. Writes and
/// the other instructions are in [Vmx].
@CheckReturnValue
public sealed interface Vmcs permits BoundVmcs, Vmx {

    /// {@return reads that a shim answers, under the guard, for as long as the JVM runs}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmcs of(VmreadDesign design, Shim shim) {
        return of(design, shim, Arena.global());
    }

    /// {@return the same, for as long as an arena lives}
    ///
    /// @param design how the wrappers are written
    /// @param shim who answers, on the thread that calls
    /// @param arena it stays the caller's; no call may come when it is closed, or be under way
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmcs of(VmreadDesign design, Shim shim, Arena arena) {
        return BoundVmcs.bind(design, shim, arena);
    }

    /// Read a field of 16 bits.
    ///
    /// @param field one of the current VMCS, such as those of [VmcsFields]
    /// @return the value, or what the error handler was told
    Result<Short, VmxError> read(VmcsField.Width16 field);

    /// Read a field of 32 bits.
    ///
    /// @param field one of the current VMCS, such as those of [VmcsFields]
    /// @return the value, or what the error handler was told
    Result<Integer, VmxError> read(VmcsField.Width32 field);

    /// Read the high half of a field of 64 bits.
    ///
    /// @param field what [VmcsField.Width64#high] gives
    /// @return the value, or what the error handler was told
    Result<Integer, VmxError> read(VmcsField.High field);

    /// Read a field of 64 bits.
    ///
    /// @param field one of the current VMCS, such as those of [VmcsFields]
    /// @return the value, or what the error handler was told
    Result<Long, VmxError> read(VmcsField.Width64 field);

    /// Read a field of natural width.
    ///
    /// @param field one of the current VMCS, such as those of [VmcsFields]
    /// @return the value, or what the error handler was told
    Result<Long, VmxError> read(VmcsField.Natural field);
}
