package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.Contract;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No false alarm on functions that nobody here wrote.
class AbiAssertTest {

    private static final Path FUNCTIONS = Path.of("src/test/resources/functions.txt");

    private static final SymbolLookup LIBM = SymbolLookup.libraryLookup("libm.so.6", Arena.global())
            .or(Linker.nativeLinker().defaultLookup());

    @ParameterizedTest
    @MethodSource
    void functions_of_the_c_library_hold(String line) {
        String[] columns = line.split("\\|", -1);
        String name = columns[0].strip();
        MemorySegment function = LIBM.findOrThrow(name);
        String result = columns[2].strip();

        AbiAssert.assertHolds(function, Contract.parse("symbol=%s\narguments=%s%s".formatted(name, columns[1].strip(),
                result.isEmpty() ? "" : "\nresult=" + result)));
    }

    static List<String> functions_of_the_c_library_hold() throws IOException {
        return Files.readAllLines(FUNCTIONS).stream().filter(line -> !line.startsWith("#")).toList();
    }

    @Test
    void there_are_fifty_at_least() throws IOException {
        assertThat(functions_of_the_c_library_hold()).hasSizeGreaterThan(50);
    }
}
