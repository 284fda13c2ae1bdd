package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.Contract;
import dev.trampette.spec.Instruction;
import dev.trampette.support.Assembler;
import dev.trampette.trap.TrapSites;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The `hardware` image holds the real bytes, and its symbols have their sizes.
class HardwareImageTest {

    /// What each routine executes, as objdump and the decoder see it: a displacement may have such bytes too.
    private static final Map<String, List<Instruction>> EXECUTED = executed();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "TDCALL, 66 0f 01 cc",
        "SEAMCALL, 66 0f 01 cf",
        "'VMREAD rax, rdx', 0f 78 d0",
        "'VMREAD r10, rdi', 41 0f 78 fa",
        "'VMWRITE rdx, rax', 0f 79 d0",
        "'VMWRITE rdx, rsp', 0f 79 d4",
        "'VMREAD_MEMORY rsi, rdi', 0f 78 3e",
        "'VMREAD_MEMORY rsp, r10', 44 0f 78 14 24",
        "'VMWRITE_MEMORY rdi, rsi', 0f 79 3e",
        "'VMWRITE_MEMORY rdi, r13', 41 0f 79 7d 00",
        "VMPTRLD rax, 0f c7 30",
        "VMPTRLD rsp, 0f c7 34 24",
        "VMCLEAR rax, 66 0f c7 30",
        "VMCLEAR rsp, 66 0f c7 34 24",
        "'INVEPT rcx, rax', 66 0f 38 80 08",
        "'INVEPT rdi, rsp', 66 0f 38 80 3c 24",
        "'INVVPID rcx, rax', 66 0f 38 81 08",
        "'INVVPID r9, r8', 66 45 0f 38 81 08",
        "VMPTRST rax, 0f c7 38", "VMXON rax, f3 0f c7 30", "VMXOFF, 0f 01 c4", "VMLAUNCH, 0f 01 c2",
        "VMRESUME, 0f 01 c3", "VMCALL, 0f 01 c1", "VMMCALL, 0f 01 d9", "VMGEXIT, f3 0f 01 d9", "SEAMRET, 66 0f 01 cd"
    })
    void an_instruction_has_its_bytes(String instruction, String bytes) throws Exception {
        ByteBuffer code = Assembler.assemble(directory, "hardware", "wrappers", """
                %%include "frame.inc"
                %%include "instructions.inc"
                section wrappers
                    %s
                """.formatted(instruction));

        assertThat(HexFormat.ofDelimiter(" ").formatHex(code.array())).isEqualTo(bytes);
    }

    @Test
    void a_word_that_is_no_instruction_is_an_error() {
        assertThatThrownBy(() -> Assembler.assemble(directory, "hardware", ".text", "section .text\n    tdcall\n"))
                .isInstanceOf(Assembler.AssemblyException.class).hasMessageContaining("label");
    }

    private static Map<String, List<Instruction>> executed() {
        var code = new ByteArrayOutputStream();
        var entries = new TreeMap<Long, String>();
        for (Contract contract : every_routine()) {
            entries.put((long) code.size(), contract.symbol());
            code.writeBytes(ImageFile.hardware().bytes(contract.symbol()));
        }
        Map<String, List<Instruction>> executed = new HashMap<>();
        entries.values().forEach(symbol -> executed.put(symbol, new ArrayList<>()));
        TrapSites.find(code.toByteArray(), 0, List.copyOf(entries.keySet())).forEach(site ->
                executed.get(entries.floorEntry(site.address()).getValue()).add(site.instruction()));
        return executed;
    }

    static List<Contract> every_routine() {
        return List.copyOf(ImageFile.hardware().contracts());
    }

    /// A routine executes its instruction itself, or calls the one that does; the sequences do it eight times. The
    /// error trampoline of VMREAD only tells of one.
    @ParameterizedTest
    @MethodSource("every_routine")
    void an_instruction_stands_where_it_is_executed_and_nowhere_else(Contract contract) {
        boolean told = contract.symbol().equals("vmread_error_trampoline");
        boolean inline = contract.design().equals("stack-trampoline") && !told;
        int expected = (contract.calls().isEmpty() || inline) && !told ? contract.symbol().endsWith("_8") ? 8 : 1 : 0;

        assertThat(EXECUTED.get(contract.symbol())).hasSize(expected)
                .allMatch(instruction -> instruction.name().equals(contract.mnemonic()));
    }

    @ParameterizedTest
    @MethodSource("every_routine")
    void every_routine_has_a_size_and_an_end(Contract contract) {
        byte[] code = ImageFile.hardware().bytes(contract.symbol());

        assertThat(code).hasSize(ImageFile.hardware().size(contract.symbol())).isNotEmpty();
        int last = code[code.length - 1] & 0xff;
        boolean returns = last == 0xc3;
        boolean panics = last == 0x0b && (code[code.length - 2] & 0xff) == 0x0f;
        boolean tailCalls = code.length >= 5 && (code[code.length - 5] & 0xff) == 0xe9;
        boolean goesBack = (code[code.length - 2] & 0xff) == 0xeb && last >= 0x80 || tailCalls;
        assertThat(returns || panics || goesBack).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "tdvmcall_trampoline, 37",
        "trampoline_hlt, 44", "trampoline_rdmsr, 56", "trampoline_cpuid, 64",
        "memory_struct_hlt, 49", "memory_struct_rdmsr, 66", "memory_struct_cpuid, 102",
        "inline_cpuid, 81", "per_leaf_cpuid, 5"
    })
    void a_size_is_what_it_was(String symbol, int bytes) {
        assertThat(ImageFile.hardware().size(symbol)).isEqualTo(bytes);
    }

    @Test
    void all_images_have_the_same_routines() {
        List<String> symbols = every_routine().stream().map(Contract::symbol).toList();

        assertThat(Image.shim().contracts()).extracting(Contract::symbol).isEqualTo(symbols);
        assertThat(Image.nullStub().contracts()).extracting(Contract::symbol).isEqualTo(symbols);
    }
}
