package dev.trampette.probe;

import dev.trampette.crossing.ReadableMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the code is that Java makes: a stub that calls Java cannot run on the stack of a probe, of which Java knows
/// nothing and takes it for one that has overflowed.
public final class Upcalls {

    /// How stubs begin: PUSH RBP and MOV RBP,RSP in an encoding that no other assembler chooses.
    private static final int BEGIN = 4;

    private static final Path MAPS = Path.of("/proc/self/maps");

    private Upcalls() {
    }

    /// Refuse a function that is such a stub.
    ///
    /// @throws IllegalArgumentException with what it is
    public static void refuse(MemorySegment function) {
        if (isThere(function)) {
            throw new IllegalArgumentException(("0x%x is a stub that calls Java, and cannot run on the stack of a "
                    + "check; check what calls it, with an argument of type fn").formatted(function.address()));
        }
    }

    /// Whether there is one at an address.
    public static boolean isThere(MemorySegment code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment own = Linker.nativeLinker().upcallStub(MethodHandles.lookup().findStatic(Upcalls.class,
                    "nothing", MethodType.methodType(void.class)), FunctionDescriptor.ofVoid(), arena);
            return isTogether(own.address(), code.address()) && ReadableMemory.bytes(own.address(), BEGIN)
                    .equals(ReadableMemory.bytes(code.address(), BEGIN));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void nothing() {
        // It is never called.
    }

    /// Whether two addresses are in mappings that follow each other without a gap, and without a file.
    private static boolean isTogether(long one, long other) {
        try {
            long begin = 0;
            long end = 0;
            for (String line : Files.readAllLines(MAPS)) {
                String[] words = line.split("[ -]+", 7);
                long from = Long.parseUnsignedLong(words[0], 16);
                boolean isOfFile = words.length > 6 && !words[6].isBlank();
                if (from != end || isOfFile) {
                    begin = from;
                }
                end = Long.parseUnsignedLong(words[1], 16);
                if (!isOfFile && end > Math.max(one, other)) {
                    return begin <= Math.min(one, other);
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
