package dev.trampette.vmx;

import dev.trampette.call.CallBlock;
import dev.trampette.call.Crossing;
import dev.trampette.call.Result;
import dev.trampette.image.Image;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// The reads with their handle. A record, for the JIT trusts the fields of records.
///
/// @param vmread the call site, with the departure of the caller's block first
/// @param heard what the error handler was told in the thread's call
record BoundVmcs(MethodHandle vmread, ThreadLocal<Heard> heard) implements Vmcs {

    /// The last word of a thread's error handler; reused, for a read must not allocate.
    private static final class Heard {
        private VmreadError error;
    }

    /// The caller's shim, with an ear for the error handler.
    private record Listening(Shim shim, ThreadLocal<Heard> heard) implements Shim {

        @Override
        public void execute(Registers registers) {
            shim.execute(registers);
        }

        /// The shim's handler first: it may read a field itself.
        @Override
        public void vmreadError(long field, boolean fault) {
            shim.vmreadError(field, fault);
            heard.get().error = new VmreadError(field, fault);
        }
    }

    static BoundVmcs bind(VmreadDesign design, Shim shim) {
        ThreadLocal<Heard> heard = ThreadLocal.withInitial(Heard::new);
        Crossing crossing = Crossing.to(Image.shim(), new Listening(shim, heard), Arena.global());
        return new BoundVmcs(crossing.bind(Image.shim().function(design.callSite("vmread"))), heard);
    }

    @Override
    public Result<Short, VmreadError> read(VmcsField.Width16 field) {
        long value = value(field);
        VmreadError error = error();
        return error == null ? new Result.Ok<>((short) value) : new Result.Refused<>(error);
    }

    @Override
    public Result<Integer, VmreadError> read(VmcsField.Width32 field) {
        return int32(field);
    }

    @Override
    public Result<Integer, VmreadError> read(VmcsField.High field) {
        return int32(field);
    }

    @Override
    public Result<Long, VmreadError> read(VmcsField.Width64 field) {
        return int64(field);
    }

    @Override
    public Result<Long, VmreadError> read(VmcsField.Natural field) {
        return int64(field);
    }

    private Result<Integer, VmreadError> int32(VmcsField field) {
        long value = value(field);
        VmreadError error = error();
        return error == null ? new Result.Ok<>((int) value) : new Result.Refused<>(error);
    }

    private Result<Long, VmreadError> int64(VmcsField field) {
        long value = value(field);
        VmreadError error = error();
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
    private VmreadError error() {
        Heard last = heard.get();
        VmreadError error = last.error;
        last.error = null;
        return error;
    }
}
