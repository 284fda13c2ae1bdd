package dev.trampette.call;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.trampette.shim.Registers;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The checked call: a known value in every register before it, every register captured after it.
///
/// The capture is in assembly (`src/main/asm/runtime/probe.asm`), for a Java caller does not notice a lost RBX, R13
/// or R14. One probe is for one thread; it is filled, used and read again and again.
public final class Probe {

    private final Crossing crossing;
    private final MethodHandle handle;
    private final MemorySegment before;
    private final MemorySegment after;

    /// A probe whose calls a shim answers.
    public Probe(Crossing crossing) {
        this.crossing = crossing;
        this.handle = Linker.nativeLinker().downcallHandle(crossing.image().address("probe"),
                FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        Arena arena = Arena.ofAuto();
        this.before = arena.allocate(Registers.LAYOUT);
        this.after = arena.allocate(Registers.LAYOUT);
    }

    /// The registers at the call. RSP cannot be chosen: after the call it reads what RSP was.
    public Registers before() {
        return new Registers(before.address());
    }

    /// The registers after the call.
    public Registers after() {
        return new Registers(after.address());
    }

    /// Call a routine of the image, of any convention.
    ///
    /// @throws WrapperCrash when it did not return; [#after] is then what it was
    /// @throws dev.trampette.image.ImageException when there is no such routine
    public void call(String symbol) {
        MemorySegment routine = crossing.image().address(crossing.image().symbol(symbol).name());
        CallBlock block = CallBlock.current();
        try {
            handle.invokeExact(crossing.block(), block.departure(), routine, before, after);
        } catch (Throwable e) {
            throw CallBlock.<RuntimeException>unchanged(e);
        }
        block.check();
    }
}
