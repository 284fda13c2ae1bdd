package dev.trampette.image;

import dev.trampette.call.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Machine code as `objdump` of binutils reads it, in Intel syntax.
public final class Disassembly {

    private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\\t(.*?)\\s*");

    /// An instruction, or a byte that is none.
    ///
    /// @param address of its first byte
    /// @param text what it is
    public record Line(long address, String text) {
    }

    private Disassembly() {
    }

    /// Disassemble code, where it cannot be done without.
    ///
    /// @param code its bytes
    /// @param address of the first byte
    /// @return a line for each instruction, in Intel syntax, in the order of the addresses
    /// @throws ImageException when there is no objdump
    public static List<Line> required(byte[] code, long address) {
        return required(code, address, Syntax.INTEL);
    }

    /// The same in another syntax.
    ///
    /// @throws ImageException when there is no objdump
    static List<Line> required(byte[] code, long address, Syntax syntax) {
        try {
            return of(code, address, syntax);
        } catch (IOException e) {
            throw new ImageException("code cannot be disassembled (%s); install objdump (binutils)"
                    .formatted(e.getMessage()), e);
        }
    }

    /// Disassemble code.
    ///
    /// @param code its bytes
    /// @param address of the first byte
    /// @return a line for each instruction, in Intel syntax, in the order of the addresses
    /// @throws IOException when there is no objdump, or no place for a temporary file
    public static List<Line> of(byte[] code, long address) throws IOException {
        return of(code, address, Syntax.INTEL);
    }

    private static List<Line> of(byte[] code, long address, Syntax syntax) throws IOException {
        Path file = Files.createTempFile("trampette-", ".bin");
        try {
            Files.write(file, code);
            Process objdump = new ProcessBuilder("objdump", "-D", "-w", "-z", "-b", "binary", "-m", "i386:x86-64",
                    "-M", syntax.option(), "--no-show-raw-insn", "--adjust-vma=0x" + Long.toHexString(address),
                    file.toString()).redirectErrorStream(true).start();
            try (var lines = objdump.inputReader()) {
                return lines.lines().map(LINE::matcher).filter(Matcher::matches)
                        .map(line -> new Line(Long.parseUnsignedLong(line.group(1), 16), line.group(2))).toList();
            }
        } finally {
            Files.delete(file);
        }
    }
}
