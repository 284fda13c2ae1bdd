package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.trampette.call.UpcallException;
import dev.trampette.crossing.ReadableMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where the code is that Java makes: a stub that calls Java cannot run on the stack of a probe, of which Java knows
/// nothing and takes it for one that has overflowed.
///
/// @param begin of the memory for such code
/// @param end of it
/// @param first the first bytes of each stub: PUSH RBP and MOV RBP,RSP in an encoding that no other assembler chooses
public record Upcalls(long begin, long end, int first) {

    private static final Path MAPS = Path.of("/proc/self/maps");

    /// It is reserved when Java begins, and stays where it is.
    private static final Upcalls OWN = own();

    /// Refuse a function that is such a stub.
    ///
    /// @throws UpcallException with what it is
    public static void refuse(MemorySegment function) {
        if (isThere(function)) {
            throw new UpcallException(("0x%x is a stub that calls Java, and cannot run on the stack of a "
                    + "check; check what calls it, with an argument of type fn").formatted(function.address()));
        }
    }

    /// Whether there is one at an address.
    public static boolean isThere(MemorySegment code) {
        return OWN.begin <= code.address() && code.address() < OWN.end
                && OWN.first == first(ReadableMemory.bytes(code.address(), Integer.BYTES));
    }

    /// Those of this process.
    static Upcalls here() {
        return OWN;
    }

    private static Upcalls own() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stub = Linker.nativeLinker().upcallStub(MethodHandles.lookup().findStatic(Upcalls.class,
                    "nothing", MethodType.methodType(void.class)), FunctionDescriptor.ofVoid(), arena);
            return around(stub.address(), stub.reinterpret(Integer.BYTES).get(JAVA_INT, 0), Files.readAllLines(MAPS));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void nothing() {
        // It is never called.
    }

    /// The mappings around an address that follow each other without a gap, and are for code: those that can be
    /// executed, and what is reserved between them.
    ///
    /// @param maps as proc(5) has them
    static Upcalls around(long address, int first, List<String> maps) {
        long begin = 0;
        long end = 0;
        for (String line : maps) {
            String[] words = line.strip().split("\\s+");
            int dash = words[0].indexOf('-');
            long from = Long.parseUnsignedLong(words[0], 0, dash, 16);
            boolean isForCode = words.length <= 5 && (words[1].charAt(2) == 'x' || words[1].startsWith("---"));
            if (from != end || !isForCode) {
                if (begin <= address && address < end) {
                    break;
                }
                begin = from;
            }
            end = isForCode ? Long.parseUnsignedLong(words[0], dash + 1, words[0].length(), 16) : from;
        }
        return new Upcalls(begin, end, first);
    }

    private static int first(ByteBuffer code) {
        return code.remaining() == Integer.BYTES ? code.getInt() : 0;
    }
}
