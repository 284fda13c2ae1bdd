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

    /// Reads that a shim answers, under the guard, for as long as the JVM runs.
    ///
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmcs of(VmreadDesign design, Shim shim) {
        return of(design, shim, Arena.global());
    }

    /// The same, for as long as an arena lives.
    ///
    /// @throws dev.trampette.call.ImageException on another platform, or when the image is not usable
    static Vmcs of(VmreadDesign design, Shim shim, Arena arena) {
        return BoundVmcs.bind(design, shim, arena);
    }

    /// Read a 16-bit field.
    Result<Short, VmxError> read(VmcsField.Width16 field);

    /// Read a 32-bit field.
    Result<Integer, VmxError> read(VmcsField.Width32 field);

    /// Read the high half of a 64-bit field.
    Result<Integer, VmxError> read(VmcsField.High field);

    /// Read a 64-bit field.
    Result<Long, VmxError> read(VmcsField.Width64 field);

    /// Read a field of natural width.
    Result<Long, VmxError> read(VmcsField.Natural field);
}
