package dev.trampette.vmx;

import dev.trampette.call.CallBlock;
import dev.trampette.call.CheckReturnValue;
import dev.trampette.call.Crossing;
import dev.trampette.call.Result;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import java.lang.invoke.MethodHandle;
import java.util.function.LongFunction;

/// Reads of the current VMCS, through wrappers of one [VmreadDesign].
///
/// A read gives the value, or what the wrapper told its C error handler. Instances can be shared by threads.
@CheckReturnValue
public final class Vmcs {

    private final MethodHandle vmread;
    private final ThreadLocal<VmreadError> error = new ThreadLocal<>();

    private Vmcs(VmreadDesign design, Shim shim) {
        vmread = Crossing.to(listening(shim)).bind(Image.shim().function(design.callSite("vmread")));
    }

    /// Reads that a shim answers, under the guard.
    ///
    /// @throws dev.trampette.image.ImageException on another platform, or when the image is not usable
    public static Vmcs of(VmreadDesign design, Shim shim) {
        return new Vmcs(design, shim);
    }

    /// Read a 16-bit field.
    public Result<Short, VmreadError> read(VmcsField.Width16 field) {
        return read(field.encoding(), value -> (short) value);
    }

    /// Read a 32-bit field.
    public Result<Integer, VmreadError> read(VmcsField.Width32 field) {
        return read(field.encoding(), value -> (int) value);
    }

    /// Read the high half of a 64-bit field.
    public Result<Integer, VmreadError> read(VmcsField.High field) {
        return read(field.encoding(), value -> (int) value);
    }

    /// Read a 64-bit field.
    public Result<Long, VmreadError> read(VmcsField.Width64 field) {
        return read(field.encoding(), value -> value);
    }

    /// Read a field of natural width.
    public Result<Long, VmreadError> read(VmcsField.Natural field) {
        return read(field.encoding(), value -> value);
    }

    private <T> Result<T, VmreadError> read(int encoding, LongFunction<T> cut) {
        CallBlock block = CallBlock.current();
        error.remove();
        long value;
        try {
            value = (long) vmread.invokeExact(block.departure(), (long) encoding);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        block.check();
        VmreadError reported = error.get();
        return reported == null ? new Result.Ok<>(cut.apply(value)) : new Result.Refused<>(reported);
    }

    /// The caller's shim, with an ear for the error handler.
    private Shim listening(Shim shim) {
        return new Shim() {
            @Override
            public void execute(Registers registers) {
                shim.execute(registers);
            }

            @Override
            public void vmreadError(long field, boolean fault) {
                error.set(new VmreadError(field, fault));
                shim.vmreadError(field, fault);
            }
        };
    }
}
