package dev.trampette.image;

import dev.trampette.call.ImageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A place in a shared object, which is the same in each process that has loaded it.
///
/// @param file the shared object
/// @param offset from where it is loaded
public record SharedCode(Path file, long offset) {

    private static final Path MAPS = Path.of("/proc/self/maps");

    /// Of `begin-end access offset device inode file`.
    private static final int MAPPED_FILE = 5;

    /// Look what is at an address.
    ///
    /// @param code the address
    /// @return its place; empty where no shared object is, or when its file is gone
    public static Optional<SharedCode> at(MemorySegment code) {
        return LinkedSymbol.at(code.address()).filter(linked -> Files.isRegularFile(linked.file()))
                .map(linked -> new SharedCode(linked.file().toAbsolutePath(), code.address() - linked.fileBase()));
    }

    /// Load it here, for as long as the process lives.
    ///
    /// @return the address in this process
    /// @throws ImageException when it cannot be loaded
    public MemorySegment load() {
        try {
            SymbolLookup.libraryLookup(file, Arena.global());
            Path real = file.toRealPath();
            return Files.readAllLines(MAPS).stream().map(line -> line.split(" +", MAPPED_FILE + 1))
                    .filter(words -> words.length > MAPPED_FILE && Path.of(words[MAPPED_FILE]).equals(real))
                    .map(words -> Long.parseUnsignedLong(words[0].substring(0, words[0].indexOf('-')), 16))
                    .findFirst().map(base -> MemorySegment.ofAddress(base + offset))
                    .orElseThrow(() -> new ImageException("the shared object is not there, file=" + file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new ImageException("the dynamic linker refuses the shared object (%s), file=%s".formatted(
                    e.getMessage(), file), e);
        }
    }
}
