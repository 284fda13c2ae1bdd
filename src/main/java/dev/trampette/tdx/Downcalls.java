package dev.trampette.tdx;

import dev.trampette.image.Function;
import dev.trampette.image.Image;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// Plain downcalls to call sites of the null image.
final class Downcalls {

    private Downcalls() {
    }

    static MethodHandle toNullStub(String symbol) {
        Function function = Image.nullStub().function(symbol);
        return Linker.nativeLinker().downcallHandle(function.address(), function.descriptor());
    }
}
