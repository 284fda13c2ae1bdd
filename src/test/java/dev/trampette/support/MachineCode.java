package dev.trampette.support;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A few lines of assembly as a routine that can be called: for tests of what looks at routines.
public final class MachineCode {

    private static final int SIZE = 1 << 20;
    private static final int READ_WRITE_EXECUTE = 7;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private static final MemorySegment CODE = map();
    private static final Map<String, MemorySegment> ROUTINES = new ConcurrentHashMap<>();
    private static long used;

    private MachineCode() {
    }

    /// Assemble with NASM, position-independent and without symbols of others; the first line is the entry.
    public static MemorySegment of(String source) {
        return ROUTINES.computeIfAbsent(source, MachineCode::assemble);
    }

    private static synchronized MemorySegment assemble(String source) {
        try {
            Path file = Files.createTempFile("routine", ".asm");
            Path binary = Files.createTempFile("routine", ".bin");
            Files.writeString(file, "bits 64\ndefault rel\n" + source + "\n");
            Process nasm = new ProcessBuilder("nasm", "-f", "bin", "-o", binary.toString(), file.toString())
                    .inheritIO().start();
            if (nasm.waitFor() != 0) {
                throw new IllegalArgumentException(source);
            }
            byte[] bytes = Files.readAllBytes(binary);
            Files.delete(file);
            Files.delete(binary);
            MemorySegment routine = CODE.asSlice(used, bytes.length);
            routine.copyFrom(MemorySegment.ofArray(bytes));
            used += bytes.length + 63 & ~63;
            return routine;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MemorySegment map() {
        Linker linker = Linker.nativeLinker();
        MethodHandle mmap = linker.downcallHandle(linker.defaultLookup().findOrThrow("mmap"),
                FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        try {
            return ((MemorySegment) mmap.invokeExact(MemorySegment.NULL, (long) SIZE, READ_WRITE_EXECUTE,
                    PRIVATE_ANONYMOUS, -1, 0L)).reinterpret(SIZE);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
