package dev.trampette.object;

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
            CodeSymbol any = file.code().stream().filter(symbol -> symbol.size() > 0).findFirst()
                    .orElseThrow(() -> new ObjectException("no global code symbol, file=" + file.name()));
            long bias = lookup.find(any.name()).orElseThrow(() -> new ObjectException(
                    "a symbol that the dynamic linker does not find, symbol=%s, file=%s".formatted(any.name(),
                            file.name()))).address() - any.offset();
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

    @Override
    public Elf elf() {
        return file.elf();
    }

    @Override
    public OptionalLong find(CodeSymbol symbol) {
        return lookup.find(symbol.name()).map(found -> OptionalLong.of(found.address() - bias))
                .orElse(OptionalLong.empty());
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
