package checksum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.trampette.abi.AbiAssert;
import dev.trampette.contract.Contract;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// How to check native code of your own: what it computes is a test as any other; that it keeps the calling convention
/// is one more line.
class ChecksumTest {

    private static final SymbolLookup LIBRARY = library();

    /// Eight words, of which the function reads as many as it is told.
    private static final String CHECKSUM = """
            symbol=%s
            arguments=data:in[8] words:u64{0..8}
            result=u64
            """;

    @Test
    void computes() throws Throwable {
        var checksum = Linker.nativeLinker().downcallHandle(LIBRARY.findOrThrow("checksum"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_LONG, 1, 2, 3);

            assertEquals(6 ^ 10L << 32, (long) checksum.invokeExact(data, 3L));
        }
    }

    @Test
    void keeps_the_calling_convention() {
        AbiAssert.assertHolds(LIBRARY.findOrThrow("checksum"), Contract.parse(CHECKSUM.formatted("checksum")));
    }

    /// The test above computes the same with this one: a Java caller does not notice a lost RBX.
    @Test
    void a_lost_register_is_named() {
        Contract contract = Contract.parse(CHECKSUM.formatted("checksum_without_pop"));

        AssertionError error = assertThrows(AssertionError.class,
                () -> AbiAssert.assertHolds(LIBRARY.findOrThrow("checksum_without_pop"), contract));
        assertTrue(error.getMessage().contains("checksum_without_pop: callee-saved: rbx"), error::getMessage);
    }

    /// Nobody's source is needed.
    @Test
    void a_function_of_libm() {
        SymbolLookup libm = SymbolLookup.libraryLookup("libm.so.6", Arena.global());

        AbiAssert.assertHolds(libm.findOrThrow("hypot"), Contract.parse("""
                symbol=hypot
                arguments=x:f64 y:f64{-1000..1000}
                result=f64
                """));
    }

    private static SymbolLookup library() {
        try {
            return SymbolLookup.libraryLookup(Path.of(ChecksumTest.class.getResource("/libchecksum.so").toURI()),
                    Arena.global());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
