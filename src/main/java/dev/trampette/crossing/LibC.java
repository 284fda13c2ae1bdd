package dev.trampette.crossing;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/// Functions of the C library.
public final class LibC {

    private static final Linker LINKER = Linker.nativeLinker();

    private LibC() {
    }

    public static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
