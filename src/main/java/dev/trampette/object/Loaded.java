package dev.trampette.object;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;

/// Code of an object, in memory.
sealed interface Loaded extends AutoCloseable permits LinkedCode, SharedLibrary {

    /// The file as it was linked.
    Elf elf();

    /// What must be added to an address of the file: 0, or where the file is loaded.
    long bias();

    /// Where a routine lies in the file's address space.
    OptionalLong find(CodeSymbol symbol);

    /// What answers for undefined symbols.
    List<StandIn> standIns();

    /// Let a handler answer for one.
    void attach(String name, MemorySegment handler);

    /// Give writable data their initial content.
    void reset();

    /// Unmap it.
    @Override
    void close();
}
