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

/// What the dynamic linker knows of an address in any shared object that it has loaded: for places in code that is not
/// ours.
///
/// @param file the shared object
/// @param fileBase where it is loaded
/// @param name of the last exported symbol before the address, or empty
/// @param symbol where that begins, or 0
/// @param size of it, or 0 when nobody knows
record LinkedSymbol(Path file, long fileBase, String name, long symbol, long size) {

    private static final Linker LINKER = Linker.nativeLinker();
    /// The C library's own: without it (musl) places have no names.
    private static final Optional<MethodHandle> DLADDR1 = LINKER.defaultLookup().find("dladdr1").map(dladdr1 ->
            LINKER.downcallHandle(dladdr1, FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT)));

    /// Dl_info: file name, base, symbol name, address of the symbol; all pointers. Behind it room for another.
    private static final long DL_INFO_SIZE = 32;
    private static final int RTLD_DL_SYMENT = 1;
    /// Of the members of Elf64_Sym.
    private static final long ST_SIZE = 16;

    /// Nothing when no shared object is there.
    static Optional<LinkedSymbol> at(long address) {
        if (DLADDR1.isEmpty()) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(DL_INFO_SIZE + 8, 8);
            if ((int) DLADDR1.get().invokeExact(address, info, info.asSlice(DL_INFO_SIZE), RTLD_DL_SYMENT) == 0) {
                return Optional.empty();
            }
            long symbol = info.get(JAVA_LONG, 24);
            MemorySegment entry = info.get(ADDRESS, DL_INFO_SIZE).reinterpret(ST_SIZE + 8);
            return Optional.of(new LinkedSymbol(Path.of(text(info, 0)), info.get(JAVA_LONG, 8),
                    symbol == 0 ? "" : text(info, 16), symbol, symbol == 0 ? 0 : entry.get(JAVA_LONG, ST_SIZE)));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(MemorySegment info, long offset) {
        return info.get(ADDRESS, offset).reinterpret(Long.MAX_VALUE).getString(0);
    }
}
