package dev.trampette.tdx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.image.Contract;
import dev.trampette.image.Image;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfRelocationAddend;
import net.fornwall.jelf.ElfRelocationAddendSection;
import net.fornwall.jelf.ElfSymbol;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The call sites are what GCC 12 makes of `src/test/c/call_sites.c` in a kernel build, byte for byte but for the
/// targets of their calls. So no design is written worse, or better, than a compiler would.
///
/// Skipped where GCC is not version 12, for another version may choose other instructions.
class CompilerAgreesTest {

    private static final String[] KERNEL_OPTIONS = {"-O2", "-mno-sse", "-mno-mmx", "-mgeneral-regs-only",
        "-mno-red-zone", "-mcmodel=kernel", "-fno-pic", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
        "-fcf-protection=none", "-fno-strict-aliasing", "-fno-reorder-blocks-and-partition"};

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

    static List<String> call_sites() {
        return Image.hardware().callSites().stream()
                .filter(contract -> contract.instruction().equals("TDCALL"))
                .map(Contract::symbol)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("call_sites")
    void a_call_site_is_what_the_compiler_emits(String symbol) {
        ElfSymbol function = Arrays.stream(compiled.getSymbolTableSection().symbols)
                .filter(candidate -> symbol.equals(candidate.getName()))
                .findFirst().orElseThrow();
        byte[] text = compiled.firstSectionByName(".text").getData();
        byte[] theirs = Arrays.copyOfRange(text, (int) function.st_value, (int) (function.st_value + function.st_size));
        byte[] ours = Image.hardware().bytes(symbol);

        for (ElfRelocationAddend relocation : relocations()) {
            int at = (int) (relocation.r_offset - function.st_value);
            if (at >= 0 && at < theirs.length) {
                Arrays.fill(theirs, at, at + 4, (byte) 0);
                Arrays.fill(ours, at, at + 4, (byte) 0);
            }
        }
        assertThat(HexFormat.ofDelimiter(" ").formatHex(ours)).isEqualTo(HexFormat.ofDelimiter(" ").formatHex(theirs));
    }

    private static ElfRelocationAddend[] relocations() {
        return compiled.firstSectionByType(ElfRelocationAddendSection.class).relocations;
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
