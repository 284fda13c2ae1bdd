package dev.trampette.object;

import dev.trampette.call.ObjectException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/// A shared object that the dynamic linker has loaded, with all that it depends on. Its constructors have run, and its
/// variables stay what calls make of them.
///
/// @param file what it exports
/// @param lookup the dynamic linker
/// @param bias where it is loaded
/// @param arena how long
record SharedLibrary(ObjectFile file, SymbolLookup lookup, long bias, Arena arena) implements Loaded {

    /// @throws ObjectException when the dynamic linker refuses it
    static SharedLibrary load(ObjectFile file, Path path) {
        Arena arena = Arena.ofShared();
        try {
            SymbolLookup lookup = SymbolLookup.libraryLookup(path.toAbsolutePath(), arena);
            long bias = file.code().stream().filter(symbol -> symbol.size() > 0 && isOnce(symbol, file))
                    .flatMap(symbol -> lookup.find(symbol.name()).stream()
                            .map(found -> found.address() - symbol.offset()))
                    .findFirst().orElseThrow(() -> new ObjectException("no global code symbol, file=" + file.name()));
            return new SharedLibrary(file, lookup, bias, arena);
        } catch (IllegalArgumentException e) {
            arena.close();
            throw new ObjectException("the dynamic linker refuses it; `ldd %s` says what is missing, file=%s"
                    .formatted(file.name(), file.name()));
        } catch (ObjectException e) {
            arena.close();
            throw e;
        }
    }

    /// Others have several versions, and the dynamic linker finds one.
    private static boolean isOnce(CodeSymbol symbol, ObjectFile file) {
        return file.code().stream().filter(other -> other.name().equals(symbol.name())).count() == 1;
    }

    @Override
    public Elf elf() {
        return file.elf();
    }

    /// Where it is chosen which function this is, nobody knows how long that one is.
    @Override
    public OptionalLong find(CodeSymbol symbol) {
        return lookup.find(symbol.name()).map(found -> found.address() - bias)
                .filter(offset -> symbol.size() == 0 || offset == symbol.offset())
                .map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override
    public List<StandIn> standIns() {
        return List.of();
    }

    @Override
    public void attach(String name, MemorySegment handler) {
        throw new IllegalArgumentException("the dynamic linker answers for it, symbol=" + name);
    }

    @Override
    public void reset() {
        // The library's own state, of which nobody else knows what it means.
    }

    @Override
    public void close() {
        arena.close();
    }
}
