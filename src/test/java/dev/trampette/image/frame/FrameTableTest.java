package dev.trampette.image.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.object.ForeignObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is read of frame descriptions is what `readelf` of binutils reads of them.
class FrameTableTest {

    private static final List<String> NAMES = List.of("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
            "r9", "r10", "r11", "r12", "r13", "r14", "r15", "ra");
    private static final Pattern DESCRIPTION = Pattern.compile("\\S+ \\S+ \\S+ FDE cie=\\S+ pc=(\\S+)\\.\\.(\\S+)");
    private static final Pattern ROW = Pattern.compile("([0-9a-f]{16}) +(\\S+) *(.*?) *");

    @TempDir
    private Path directory;

    private static FrameTable table(Path file) throws IOException {
        ElfSection section = ElfFile.from(Files.readAllBytes(file)).firstSectionByName(".eh_frame");
        return FrameTable.ofExceptions(section.getData(), section.header.sh_addr, 0);
    }

    private static List<String> readelf(Path file) throws IOException {
        Process process = new ProcessBuilder("readelf", "-W", "--debug-dump=frames-interp", file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines().toList();
        }
    }

    /// All rows of a file: of the C library some are expressions, of its linkage table too.
    @ParameterizedTest
    @ValueSource(strings = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6"})
    void as_readelf_has_it(String library) throws IOException {
        Path file = Path.of("/usr/lib/x86_64-linux-gnu", library);
        assumeTrue(Files.exists(file), () -> library + " is not installed");
        compare(file);
    }

    /// The specimens, whose tables are written by hand.
    @Test
    void of_specimens_as_readelf_has_it() throws IOException {
        compare(Path.of("target/classes/META-INF/native/linux-x86_64/libtrampette-specimens.so"));
        compare(Path.of("target/classes/META-INF/native/linux-x86_64/libtrampette-twins.so"));
    }

    private static void compare(Path file) throws IOException {
        FrameTable table = table(file);
        List<String> columns = List.of();
        boolean isDescription = false;
        int rows = 0;
        List<String> differences = new ArrayList<>();
        for (String line : readelf(file)) {
            Matcher row = ROW.matcher(line);
            if (line.contains(" CIE ") || line.startsWith("Contents of the .debug_frame")) {
                isDescription = false;
            } else if (DESCRIPTION.matcher(line).matches()) {
                isDescription = true;
            } else if (line.strip().startsWith("LOC")) {
                columns = Stream.of(line.strip().split(" +")).skip(2).toList();
            } else if (isDescription && row.matches()) {
                rows++;
                long address = Long.parseUnsignedLong(row.group(1), 16);
                String expected = row.group(2) + " " + row.group(3).replaceAll(" +", " ");
                String actual = table.row(address).map(text(columns)::apply).orElse("none");
                if (!actual.equals(expected.strip())) {
                    differences.add("0x%x: %s, not %s".formatted(address, actual, expected));
                }
            }
        }

        assertThat(rows).isGreaterThan(0);
        assertThat(differences).isEmpty();
    }

    /// A row as `readelf` writes it.
    private static Function<FrameRow, String> text(List<String> columns) {
        return row -> {
            StringBuilder text = new StringBuilder(switch (row.address()) {
                case FrameRow.OfRegister(int register, long offset) -> NAMES.get(register) + signed(offset);
                case FrameRow.OfExpression _ -> "exp";
            });
            columns.forEach(column -> text.append(' ').append(switch (row.rules().get(NAMES.indexOf(column))) {
                case null -> "u";
                case FrameRule.Undefined() -> "u";
                case FrameRule.Same() -> "s";
                case FrameRule.AtOffset(long offset) -> "c" + signed(offset);
                case FrameRule.Offset(long offset) -> "v" + signed(offset);
                case FrameRule.InRegister(int register) -> "r%d (%s)".formatted(register, NAMES.get(register));
                case FrameRule.AtExpression _ -> "exp";
                case FrameRule.Expression _ -> "vexp";
            }));
            return text.toString();
        };
    }

    private static String signed(long offset) {
        return offset < 0 ? String.valueOf(offset) : "+" + offset;
    }

    /// Debug information describes what nobody else does.
    @Test
    void of_a_debugger() throws IOException {
        Path source = Files.writeString(directory.resolve("add.c"), "long add(long a, long b) { return a + b; }\n");
        try (ForeignObject object = ForeignObject.load(List.of(source), List.of("-g",
                "-fno-asynchronous-unwind-tables", "-fno-exceptions"))) {
            long entry = object.code("add").entry().address();

            assertThat(object.frames(entry).row(entry)).hasValueSatisfying(row ->
                    assertThat(row.address()).isEqualTo(new FrameRow.OfRegister(7, 8)));
        }
    }

    @Test
    void what_does_not_hold_together_describes_nothing() throws IOException {
        Path file = Path.of("target/classes/META-INF/native/linux-x86_64/libtrampette-twins.so");
        ElfSection section = ElfFile.from(Files.readAllBytes(file)).firstSectionByName(".eh_frame");
        byte[] good = section.getData();
        long entry = readelf(file).stream().map(DESCRIPTION::matcher).filter(Matcher::matches).findFirst()
                .map(one -> Long.parseUnsignedLong(one.group(1), 16)).orElseThrow();
        Random random = new Random(7);
        for (int n = 0; n < 20_000; n++) {
            byte[] bad = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            FrameTable table = FrameTable.ofExceptions(bad, section.header.sh_addr, 0);
            long at = entry + random.nextInt(16);
            try {
                table.row(at).ifPresent(row -> Frame.of(at, _ -> 0x1000, _ -> OptionalLong.of(1))
                        .caller(row).rip());
            } catch (UnsupportedFrameException | UnknownFrameException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        }
    }
}
