package dev.trampette.crossing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Memory of this process that may not be there: what a routine left in its registers points anywhere.
public final class ReadableMemory {

    private static final Path MEMORY = Path.of("/proc/self/mem");
    private static final Path MAPS = Path.of("/proc/self/maps");

    private ReadableMemory() {
    }

    /// The bytes at an address, as many as there are.
    public static ByteBuffer bytes(long address, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel memory = FileChannel.open(MEMORY)) {
            int read = 0;
            while (read >= 0 && address >= 0 && bytes.hasRemaining()) {
                read = memory.read(bytes, address + bytes.position());
            }
        } catch (IOException e) {
            return bytes.flip();
        }
        return bytes.flip();
    }

    /// The 64 bits at an address.
    public static OptionalLong word(long address) {
        ByteBuffer bytes = bytes(address, Long.BYTES);
        return bytes.remaining() == Long.BYTES ? OptionalLong.of(bytes.getLong()) : OptionalLong.empty();
    }

    /// Whether code is there, by `/proc/self/maps` (proc(5)).
    static boolean isExecutable(long address) {
        try (Stream<String> maps = Files.lines(MAPS)) {
            return maps.filter(line -> end(line) > address).findFirst()
                    .filter(line -> Long.parseLong(line, 0, line.indexOf('-'), 16) <= address)
                    .filter(line -> line.charAt(line.indexOf(' ') + 3) == 'x').isPresent();
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /// Of a mapping that user space can have; else more than any.
    private static long end(String map) {
        int begin = map.indexOf('-') + 1;
        int end = map.indexOf(' ');
        return end - begin < Long.BYTES * 2 ? Long.parseLong(map, begin, end, 16) : Long.MAX_VALUE;
    }

    /// Whether a processor with 48 bits of linear address can use it; one with 57 bits is not told apart, for Linux
    /// gives a process no more than 47 bits that it did not ask for.
    static boolean isCanonical(long address) {
        return address << 16 >> 16 == address;
    }
}
