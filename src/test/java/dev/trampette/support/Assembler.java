package dev.trampette.support;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import net.fornwall.jelf.ElfFile;

/// Assembles a few lines with the project's macros.
public final class Assembler {

    private Assembler() {
    }

    /// The bytes of a section, with the includes of the project and the instructions of an image.
    public static ByteBuffer assemble(Path directory, String image, String section, String source)
            throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("attempt.asm"), source);
        Path object = directory.resolve("attempt.o");
        Process nasm = new ProcessBuilder("nasm", "-f", "elf64", "-Wall", "-Werror", "-I", "src/main/asm/include/",
                "-D", "IMAGE_SHIM=" + (image.equals("shim") ? 1 : 0),
                "-D", "IMAGE_NULL=" + (image.equals("null") ? 1 : 0),
                "-D", "IMAGE_HARDWARE=" + (image.equals("hardware") ? 1 : 0),
                "-o", object.toString(), file.toString()).redirectErrorStream(true).start();
        String messages = new String(nasm.getInputStream().readAllBytes());
        if (nasm.waitFor() != 0) {
            throw new AssemblyException(messages);
        }
        return ByteBuffer.wrap(ElfFile.from(object.toFile()).firstSectionByName(section).getData())
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /// NASM said no.
    public static final class AssemblyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        AssemblyException(String messages) {
            super(messages);
        }
    }
}
