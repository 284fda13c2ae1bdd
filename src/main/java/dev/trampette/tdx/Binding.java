package dev.trampette.tdx;

import dev.trampette.crossing.Crossing;
import dev.trampette.image.Function;
import dev.trampette.image.Image;
import dev.trampette.shim.Shim;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/// The handles of one design's call sites. Each takes the departure of the caller's block first, and then what the
/// function takes.
///
/// @param design how the wrappers are written
/// @param call how a function is called
record Binding(Design design, java.util.function.Function<String, MethodHandle> call) {

    /// Through the gate to a shim.
    ///
    /// @param arena how long they can be called
    static Binding toShim(Design design, Shim shim, Arena arena) {
        Image image = Image.shim();
        Crossing crossing = Crossing.to(image, shim, arena);
        return new Binding(design, symbol -> crossing.bind(image.function(symbol)));
    }

    /// A plain downcall to the null image, which ignores the departure: nothing departs there.
    static Binding toNullStub(Design design) {
        return new Binding(design, symbol -> {
            Function function = Image.nullStub().function(symbol);
            MethodHandle downcall = Linker.nativeLinker().downcallHandle(function.address(), function.descriptor());
            return MethodHandles.dropArguments(downcall, 0, MemorySegment.class);
        });
    }

    /// The handle of a leaf.
    ///
    /// @param leaf the leaf as symbols spell it
    MethodHandle handle(String leaf) {
        return call.apply(design.callSite(leaf));
    }
}
