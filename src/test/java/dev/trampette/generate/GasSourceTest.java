package dev.trampette.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.ContractFile;
import dev.trampette.image.ImageFile;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Family;
import dev.trampette.spec.LeafTable;
import dev.trampette.support.Disassembly;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSymbol;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Sources for the GNU assembler have the machine code and the contracts of those for NASM: function by function, for
/// all leaves of all tables, in every design, with directives alone and with the macros of Linux.
class GasSourceTest {

    @TempDir
    private static Path directory;

    /// As much of Linux as the sources include.
    @BeforeAll
    static void headers() throws Exception {
        Files.createDirectories(directory.resolve("linux"));
        Files.createDirectories(directory.resolve("asm"));
        Files.writeString(directory.resolve("linux/linkage.h"), """
                #define SYM_FUNC_START(name) .globl name ; .balign 16 ; name:
                #define SYM_FUNC_END(name) .type name, @function ; .size name, . - name
                #define RET ret
                """);
        Files.writeString(directory.resolve("asm/asm.h"), """
                #define _ASM_EXTABLE_FAULT(from, to) .pushsection "__ex_table", "a" ; .balign 4 ; \\
                	.long (from) - . ; .long (to) - . ; .long 2 ; .popsection
                """);
    }

    static Stream<Arguments> sources() {
        return DesignSource.all().stream().flatMap(design -> Arrays.stream(Family.values()).flatMap(family ->
                Arrays.stream(Symbols.values()).map(symbols -> Arguments.of(design, family, symbols))));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void they_have_the_code_and_the_contracts_of_the_images(DesignSource design, Family family, Symbols symbols)
            throws Exception {
        GasSource source = new GasSource(design, LeafTable.of(family), Convention.SYSV, "a table",
                symbols, false);
        Path file = Files.writeString(directory.resolve(source.fileName()), source.text());
        ContractFile contracts = ContractFile.read(source.contractName(), source.contracts());
        List<String> functions = contracts.symbols();
        ImageFile image = ImageFile.hardware();
        ElfFile object = assembled(file);

        assertThat(functions).hasSizeGreaterThanOrEqualTo((int) LeafTable.of(family).wrapped().count());
        List<List<Disassembly.Line>> ours = Disassembly.of(functions.stream().map(image::bytes).toList());
        List<List<Disassembly.Line>> theirs = Disassembly.of(functions.stream().map(name ->
                bytes(object, name, symbols)).toList());
        for (int n = 0; n < functions.size(); n++) {
            assertThat(texts(theirs.get(n))).as(functions.get(n)).isEqualTo(texts(ours.get(n)));
            assertThat(lines(contracts.contract(functions.get(n)).orElseThrow().toString()))
                    .isEqualTo(lines(image.contract(functions.get(n)).toString()));
        }
    }

    private static ElfFile assembled(Path source) throws Exception {
        Path object = source.resolveSibling("object.o");
        Process gcc = new ProcessBuilder("gcc", "-c", "-Wa,--fatal-warnings", "-I", directory.toString(),
                source.toString(), "-o", object.toString()).redirectErrorStream(true).start();
        String output = new String(gcc.getInputStream().readAllBytes());
        assertThat(gcc.waitFor()).as(output).isZero();
        return ElfFile.from(object.toFile());
    }

    private static byte[] bytes(ElfFile object, String name, Symbols symbols) {
        ElfSymbol function = object.getELFSymbol(name);
        byte[] text = object.firstSectionByName(symbols == Symbols.KERNEL ? ".noinstr.text" : ".text").getData();
        return Arrays.copyOfRange(text, (int) function.st_value, (int) (function.st_value + function.st_size));
    }

    /// Without the targets of calls and jumps: a linker writes them, and a jump to the next function may be short.
    private static List<String> texts(List<Disassembly.Line> lines) {
        return lines.stream().map(line -> line.text().replaceFirst("^(call|jmp) .*", "$1")).toList();
    }

    /// What says from which design it is, and that it is a call site, is of the images alone.
    private static List<String> lines(String contract) {
        return contract.lines().filter(line -> !line.matches("(?:design|role)=.*")).sorted().toList();
    }
}
