package dev.trampette.cost;

import dev.trampette.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How many instructions a routine has, as `objdump` of binutils counts them.
public final class Instructions {

    private Instructions() {
    }

    /// The number of instructions of a routine of the `hardware` image; empty where there is no objdump.
    ///
    /// @throws dev.trampette.image.ImageException when there is no such symbol
    public static Optional<Integer> of(String symbol) {
        try {
            Path code = Files.createTempFile("trampette-", ".bin");
            try {
                Files.write(code, ImageFile.hardware().bytes(symbol));
                return Optional.of(count(code));
            } finally {
                Files.delete(code);
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static int count(Path code) throws IOException {
        Process objdump = new ProcessBuilder("objdump", "-D", "-w", "-b", "binary", "-m", "i386:x86-64",
                "--no-show-raw-insn", code.toString()).redirectErrorStream(true).start();
        try (var lines = objdump.inputReader()) {
            return (int) lines.lines().filter(line -> line.matches("\\s+[0-9a-f]+:\\t.*")).count();
        }
    }
}
