package dev.trampette.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.contract.Contract;
import dev.trampette.image.Disassembly;
import dev.trampette.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Zydis and the table of forms tell the same.
class DecodersAgreeTest {

    private static final long BASE = 0x7f00_0000_0000L;

    @BeforeEach
    void there_is_zydis() {
        assumeTrue(Zydis.available().isPresent(), "%s is not there".formatted(Zydis.SONAME));
    }

    @ParameterizedTest
    @ValueSource(strings = {"shim", "null", "hardware", "specimens", "twins", "hardware-specimens", "hardware-twins"})
    void of_all_that_is_shipped(String image) throws IOException {
        ImageFile file = ImageFile.named(image);
        List<String> routines = file.contracts().stream().map(Contract::symbol)
                .sorted(Comparator.comparing(file::offset)).toList();
        long begin = file.offset(routines.getFirst());
        byte[] code = new byte[(int) (file.offset(routines.getLast()) - begin) + file.size(routines.getLast())];
        Arrays.fill(code, (byte) 0x90);
        routines.forEach(routine -> System.arraycopy(file.bytes(routine), 0, code,
                (int) (file.offset(routine) - begin), file.size(routine)));
        List<Operation[]> pairs = both(code, BASE + begin);

        assertThat(differences(pairs)).as("of %d instructions", pairs.size()).isEmpty();
        assertThat(pairs).hasSizeGreaterThan(500);
    }

    @Test
    void of_other_common_instructions(@TempDir Path directory) throws Exception {
        List<Operation[]> pairs = both(assembled(directory), BASE);

        assertThat(differences(pairs)).as("of %d instructions", pairs.size()).isEmpty();
        assertThat(pairs).hasSizeGreaterThan(250);
    }

    /// What the comparison would not see is no agreement.
    @Test
    void a_difference_is_seen() {
        Operation read = TextDecoder.decode(0, 3, "mov    rax,QWORD PTR [rdi]");
        Operation written = TextDecoder.decode(0, 3, "mov    QWORD PTR [rdi],rax");

        assertThat(differences(List.<Operation[]>of(new Operation[] {read, written}))).hasSize(1);
    }

    private static byte[] assembled(Path directory) throws Exception {
        Path source = Path.of(DecodersAgreeTest.class.getResource("common.asm").toURI());
        Path code = directory.resolve("common.bin");
        assertThat(new ProcessBuilder("nasm", "-w-all", "-f", "bin", "-o", code.toString(), source.toString())
                .inheritIO().start().waitFor()).isZero();
        return Files.readAllBytes(code);
    }

    /// What Zydis and what the table says of each instruction.
    private static List<Operation[]> both(byte[] code, long base) throws IOException {
        List<Operation[]> pairs = new ArrayList<>();
        List<Disassembly.Line> lines = Disassembly.of(code, base);
        for (int n = 0; n < lines.size(); n++) {
            Disassembly.Line line = lines.get(n);
            int from = (int) (line.address() - base);
            int to = n + 1 < lines.size() ? (int) (lines.get(n + 1).address() - base) : code.length;
            Operation byText = TextDecoder.decode(line.address(), to - from, line.text());
            pairs.add(new Operation[] {Zydis.available().orElseThrow()
                    .decode(Arrays.copyOfRange(code, from, to), line.address(), line.text()).orElse(null), byText});
        }
        return pairs;
    }

    private static List<String> differences(List<Operation[]> pairs) {
        return pairs.stream().filter(pair -> !pair[1].equals(pair[0]))
                .map(pair -> Stream.of(pair).map(String::valueOf).reduce("", (a, b) -> a + "\n  " + b)).toList();
    }
}
