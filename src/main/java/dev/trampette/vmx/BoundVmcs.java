package dev.trampette.vmx;

import dev.trampette.call.CallBlock;
import dev.trampette.call.Crossing;
import dev.trampette.call.Result;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// The reads with their handle. A record, for the JIT trusts the fields of records.
///
/// @param vmread the call site, with the departure of the caller's block first
/// @param heard what the error handler was told in the thread's call
record BoundVmcs(MethodHandle vmread, ThreadLocal<Heard> heard) implements Vmcs {

    /// The last word of a thread's error handler; reused, for a read must not allocate.
    private static final class Heard {
        private VmxError error;
    }

    /// The caller's shim, with an ear for the error handler.
    private record Listening(Shim shim, ThreadLocal<Heard> heard) implements Shim {

        @Override
        public void execute(Registers registers) {
            shim.execute(registers);
        }

        /// The shim's handler first: it may read a field itself.
        @Override
        public void error(VmxError error) {
            shim.error(error);
            heard.get().error = error;
        }
    }

    static BoundVmcs bind(VmreadDesign design, Shim shim) {
        ThreadLocal<Heard> heard = ThreadLocal.withInitial(Heard::new);
        Crossing crossing = Crossing.to(Image.shim(), new Listening(shim, heard), Arena.global());
        return new BoundVmcs(crossing.bind(Image.shim().function(design.callSite("vmread"))), heard);
    }

    @Override
    public Result<Short, VmxError> read(VmcsField.Width16 field) {
        long value = value(field);
        VmxError error = error();
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
        VmxError error = error();
        return error == null ? new Result.Ok<>((int) value) : new Result.Refused<>(error);
    }

    private Result<Long, VmxError> int64(VmcsField field) {
        long value = value(field);
        VmxError error = error();
        return error == null ? new Result.Ok<>(value) : new Result.Refused<>(error);
    }

    private long value(VmcsField field) {
        CallBlock block = CallBlock.current();
        try {
            long value = (long) vmread.invokeExact(block.departure(), (long) field.encoding());
            block.check();
            return value;
        } catch (Throwable e) {
            error();
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }

    /// What was heard in the call that just ended; and it is forgotten.
    private VmxError error() {
        Heard last = heard.get();
        VmxError error = last.error;
        last.error = null;
        return error;
    }
}
