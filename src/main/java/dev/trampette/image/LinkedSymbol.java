package dev.trampette.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// A symbol of any shared object that the dynamic linker has loaded: for places in code that is not ours.
final class LinkedSymbol {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Optional<MethodHandle> DLADDR = LINKER.defaultLookup().find("dladdr").map(dladdr ->
            LINKER.downcallHandle(dladdr, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS)));

    /// Dl_info: file name, base, symbol name, address of the symbol; all pointers.
    private static final long DL_INFO_SIZE = 32;

    private LinkedSymbol() {
    }

    /// `strlen+0x1f`, `libc.so.6+0x8f2a`, or nothing when no shared object is there.
    static Optional<String> locate(long address) {
        if (DLADDR.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DL_INFO_SIZE, 8);
            if ((int) DLADDR.get().invokeExact(address, info) == 0) {
                return Optional.empty();
            }
            long symbol = info.get(JAVA_LONG, 24);
            return Optional.of(symbol != 0
                    ? "%s+0x%x".formatted(text(info, 16), address - symbol)
                    : "%s+0x%x".formatted(Path.of(text(info, 0)).getFileName(), address - info.get(JAVA_LONG, 8)));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MemorySegment info, long offset) {
        return info.get(ADDRESS, offset).reinterpret(Long.MAX_VALUE).getString(0);
    }
}
