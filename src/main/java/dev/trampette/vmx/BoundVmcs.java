package dev.trampette.vmx;

import dev.trampette.call.Result;
import dev.trampette.crossing.CallBlock;
import dev.trampette.crossing.Crossing;
import dev.trampette.image.Image;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// The reads with their handle. A record, for the JIT trusts the fields of records.
///
/// @param vmread the call site, with the departure of the caller's block first
/// @param heard what the error handlers are told
record BoundVmcs(MethodHandle vmread, Heard heard) implements Vmcs {

    static BoundVmcs bind(VmreadDesign design, Shim shim, Arena arena) {
        Heard heard = Heard.by(shim);
        return bind(design, heard, Crossing.to(Image.shim(), heard, arena));
    }

    static BoundVmcs bind(VmreadDesign design, Heard heard, Crossing crossing) {
        return new BoundVmcs(crossing.bind(Image.shim().function(design.callSite("vmread"))), heard);
    }

    @Override
    public Result<Short, VmxError> read(VmcsField.Width16 field) {
        long value = value(field);
        VmxError error = heard.take();
        return error == null ? new Result.Ok<>((short) value) : new Result.Refused<>(error);
    }

    @Override
    public Result<Integer, VmxError> read(VmcsField.Width32 field) {
        return int32(field);
    }

    @Override
    public Result<Integer, VmxError> read(VmcsField.High field) {
        return int32(field);
    }

    @Override
    public Result<Long, VmxError> read(VmcsField.Width64 field) {
        return int64(field);
    }

    @Override
    public Result<Long, VmxError> read(VmcsField.Natural field) {
        return int64(field);
    }

    private Result<Integer, VmxError> int32(VmcsField field) {
        long value = value(field);
        VmxError error = heard.take();
        return error == null ? new Result.Ok<>((int) value) : new Result.Refused<>(error);
    }

    private Result<Long, VmxError> int64(VmcsField field) {
        long value = value(field);
        VmxError error = heard.take();
        return error == null ? new Result.Ok<>(value) : new Result.Refused<>(error);
    }

    private long value(VmcsField field) {
        CallBlock block = CallBlock.current();
        try {
            long value = (long) vmread.invokeExact(block.departure(), (long) field.encoding());
            block.check();
            return value;
        } catch (Throwable e) {
            heard.take();
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }
}
