package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.image.ImageFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSymbol;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The call sites that the generator writes against what GCC 12 makes of `src/test/c/call_sites.c` in a kernel build:
/// the same instructions in another order, but for a move or two that the compiler makes for nothing. So no design is
/// written worse, or better, than a compiler would.
///
/// Skipped where GCC is not version 12, for another version may choose other instructions.
class CompilerAgreesTest {

    private static final String[] KERNEL_OPTIONS = {"-O2", "-mno-sse", "-mno-mmx", "-mgeneral-regs-only",
        "-mno-red-zone", "-mcmodel=kernel", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
        "-fcf-protection=none", "-fno-strict-aliasing", "-fno-reorder-blocks-and-partition"};

    private static final int MOST_SPARED_MOVES = 2;

    @TempDir
    private static Path directory;
    private static ElfFile compiled;

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue("12".equals(run("gcc", "-dumpversion")), "GCC 12 is not here");
        Path object = directory.resolve("call_sites.o");
        String[] command = {"gcc", "-c", "-o", object.toString(), "src/test/c/call_sites.c"};
        String[] all = Arrays.copyOf(command, command.length + KERNEL_OPTIONS.length);
        System.arraycopy(KERNEL_OPTIONS, 0, all, command.length, KERNEL_OPTIONS.length);
        assertThat(run(all)).isEmpty();
        compiled = ElfFile.from(object.toFile());
    }

    /// The functions of the C file: one of each shape, in every design.
    static List<String> call_sites() {
        return compiled == null ? List.of() : Arrays.stream(compiled.getSymbolTableSection().symbols)
                .filter(symbol -> symbol.getType() == ElfSymbol.STT_FUNC && symbol.st_shndx != 0)
                .map(ElfSymbol::getName)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("call_sites")
    void a_call_site_has_the_instructions_that_the_compiler_emits(String symbol) throws Exception {
        byte[] theirs = bytes(symbol);
        byte[] ours = ImageFile.hardware().bytes(symbol);
        Map<String, Integer> theirInstructions = instructions(theirs);
        Map<String, Integer> ourInstructions = instructions(ours);

        assertThat(takeMoves(theirInstructions) - takeMoves(ourInstructions)).as("moves that are spared")
                .isBetween(0, MOST_SPARED_MOVES);
        assertThat(ourInstructions).isEqualTo(theirInstructions);
        assertThat(theirs.length - ours.length).as("bytes that are spared").isBetween(0, 3 * MOST_SPARED_MOVES);
    }

    @Test
    void all_designs_and_shapes_are_compared() {
        assertThat(call_sites()).hasSize(32);
    }

    private static int takeMoves(Map<String, Integer> instructions) {
        Integer moves = instructions.remove("mov");
        return moves == null ? 0 : moves;
    }

    private static byte[] bytes(String symbol) {
        ElfSymbol function = Arrays.stream(compiled.getSymbolTableSection().symbols)
                .filter(candidate -> symbol.equals(candidate.getName()))
                .findFirst().orElseThrow();
        byte[] text = compiled.firstSectionByName(".text").getData();
        return Arrays.copyOfRange(text, (int) function.st_value, (int) (function.st_value + function.st_size));
    }

    /// The mnemonics of a piece of code, and how often each is there. `jne` and `jnz` are one instruction.
    private static Map<String, Integer> instructions(byte[] code) throws Exception {
        Path file = Files.write(directory.resolve("code.bin"), code);
        Map<String, Integer> mnemonics = new TreeMap<>();
        Matcher lines = Pattern.compile("(?m)^ +[0-9a-f]+:\\t(rep )?(\\w+)").matcher(run("objdump", "-D", "-w", "-b",
                "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn", file.toString()));
        while (lines.find()) {
            mnemonics.merge(lines.group(2), 1, Integer::sum);
        }
        return mnemonics;
    }

    private static String run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes()).strip();
            process.waitFor();
            return output;
        } catch (IOException e) {
            return "";
        }
    }
}
