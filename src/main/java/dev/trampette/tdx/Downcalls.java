package dev.trampette.tdx;

import dev.trampette.image.Function;
import dev.trampette.image.Image;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/// Plain downcalls to call sites of the null image, with a departure that they ignore: nothing departs there.
final class Downcalls {

    private Downcalls() {
    }

    static MethodHandle toNullStub(String symbol) {
        Function function = Image.nullStub().function(symbol);
        MethodHandle downcall = Linker.nativeLinker().downcallHandle(function.address(), function.descriptor());
        return MethodHandles.dropArguments(downcall, 0, MemorySegment.class);
    }
}
