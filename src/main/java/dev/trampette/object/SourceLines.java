package dev.trampette.object;

import dev.trampette.call.ObjectException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Places in code as lines of its source: DWARF, as `addr2line` reads it. Asked when somebody wants to know, and once.
final class SourceLines {

    private final Elf elf;
    private final Map<Long, Optional<String>> known = new ConcurrentHashMap<>();

    SourceLines(Elf elf) {
        this.elf = elf;
    }

    /// `file:line`; empty without debug information, or without `addr2line`.
    ///
    /// @param address in the file's address space
    Optional<String> at(long address) {
        return elf.section(".debug_line").isEmpty() ? Optional.empty() : known.computeIfAbsent(address, this::ask);
    }

    private Optional<String> ask(long address) {
        try (Workspace workspace = Workspace.open()) {
            Path file = Files.write(workspace.directory().resolve("object"), elf.bytes());
            Tool.Outcome said = Tool.ADDR2LINE.run(List.of("-e", file.toString(), "0x" + Long.toHexString(address)),
                    workspace.directory(), elf.name());
            return said.lines().stream().filter(line -> said.success() && line.matches(".*:\\d+( .*)?"))
                    .map(line -> line.replaceFirst(" .*", "").replaceFirst(".*/", ""))
                    .filter(line -> !line.startsWith("?") && !line.endsWith(":0")).findFirst();
        } catch (ObjectException | IOException e) {
            return Optional.empty();
        }
    }
}
