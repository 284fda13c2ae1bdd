package dev.trampette.vmx;

import dev.trampette.call.Result;
import dev.trampette.crossing.CallBlock;
import dev.trampette.crossing.Crossing;
import dev.trampette.image.Image;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The instructions with their handles. A record, for the JIT trusts the fields of records.
///
/// @param reads VMREAD
/// @param heard what the error handlers are told
/// @param vmwrite the call site, with the departure of the caller's block first; and so the others
record BoundVmx(Vmcs reads, Heard heard, MethodHandle vmwrite, MethodHandle vmclear, MethodHandle vmptrld,
        MethodHandle invept, MethodHandle invvpid) implements Vmx {

    /// A call of a handle.
    @FunctionalInterface
    private interface Call {
        long with(MemorySegment departure) throws Throwable;
    }

    static BoundVmx bind(VmreadDesign reads, VmxDesign design, Shim shim, Arena arena) {
        Heard heard = Heard.by(shim);
        Image image = Image.shim();
        Crossing crossing = Crossing.to(image, heard, arena);
        return new BoundVmx(BoundVmcs.bind(reads, heard, crossing), heard,
                crossing.bind(image.function(design.callSite("vmwrite"))),
                crossing.bind(image.function(design.callSite("vmclear"))),
                crossing.bind(image.function(design.callSite("vmptrld"))),
                crossing.bind(image.function(design.callSite("invept"))),
                crossing.bind(image.function(design.callSite("invvpid"))));
    }

    @Override
    public Result<Short, VmxError> read(VmcsField.Width16 field) {
        return reads.read(field);
    }

    @Override
    public Result<Integer, VmxError> read(VmcsField.Width32 field) {
        return reads.read(field);
    }

    @Override
    public Result<Integer, VmxError> read(VmcsField.High field) {
        return reads.read(field);
    }

    @Override
    public Result<Long, VmxError> read(VmcsField.Width64 field) {
        return reads.read(field);
    }

    @Override
    public Result<Long, VmxError> read(VmcsField.Natural field) {
        return reads.read(field);
    }

    @Override
    public Optional<VmxError> write(VmcsField.Width16.ReadWrite field, short value) {
        return write(field.encoding(), Short.toUnsignedLong(value));
    }

    @Override
    public Optional<VmxError> write(VmcsField.Width32.ReadWrite field, int value) {
        return write(field.encoding(), Integer.toUnsignedLong(value));
    }

    @Override
    public Optional<VmxError> write(VmcsField.High.ReadWrite field, int value) {
        return write(field.encoding(), Integer.toUnsignedLong(value));
    }

    @Override
    public Optional<VmxError> write(VmcsField.Width64.ReadWrite field, long value) {
        return write(field.encoding(), value);
    }

    @Override
    public Optional<VmxError> write(VmcsField.Natural.ReadWrite field, long value) {
        return write(field.encoding(), value);
    }

    private Optional<VmxError> write(long field, long value) {
        return call(departure -> (long) vmwrite.invokeExact(departure, field, value));
    }

    @Override
    public Optional<VmxError> clear(long address) {
        return call(departure -> (long) vmclear.invokeExact(departure, address, address));
    }

    @Override
    public Optional<VmxError> load(long address) {
        return call(departure -> (long) vmptrld.invokeExact(departure, address, address));
    }

    @Override
    public Optional<VmxError> invept(InveptType type, long eptp) {
        return call(departure -> (long) invept.invokeExact(departure, type.number(), eptp));
    }

    @Override
    public Optional<VmxError> invvpid(InvvpidType type, short vpid, long address) {
        int unsigned = Short.toUnsignedInt(vpid);
        return call(departure -> (long) invvpid.invokeExact(departure, type.number(), unsigned, address));
    }

    private Optional<VmxError> call(Call call) {
        CallBlock block = CallBlock.current();
        try {
            long told = call.with(block.departure());
            block.check();
            VmxError error = heard.take();
            if (told != (error == null ? 0 : 1)) {
                throw new IllegalStateException("the wrapper returned %d, error=%s".formatted(told, error));
            }
            return Optional.ofNullable(error);
        } catch (Throwable e) {
            heard.take();
            throw CallBlock.<RuntimeException>unchanged(e);
        }
    }
}
