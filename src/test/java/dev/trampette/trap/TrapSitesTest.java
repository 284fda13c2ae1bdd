package dev.trampette.trap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.image.ImageFile;
import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Instruction;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Instructions of ours are found in machine code, and nothing else is. The forms of operands are held against the
/// processor in [TrapTest].
class TrapSitesTest {

    private static final long ADDRESS = 0x40_1000;

    @TempDir
    private Path directory;

    private static byte[] bytes(String code) {
        return HexFormat.of().parseHex(code.replace(" ", ""));
    }

    private static List<TrapSite> find(String code, Long... entries) {
        return TrapSites.find(bytes(code), ADDRESS, List.of(entries));
    }

    @ParameterizedTest
    @CsvSource({
        "66 0f 01 cc, TDCALL", "66 0f 01 cf, SEAMCALL", "66 0f 01 cd, SEAMRET", "66 48 0f 01 cc, TDCALL",
        "66 66 0f 01 cc, TDCALL", "2e 66 0f 01 cc, TDCALL", "66 2e 0f 01 cc, TDCALL",
        "0f 01 c1, VMCALL", "48 0f 01 c1, VMCALL", "0f 01 c2, VMLAUNCH", "0f 01 c3, VMRESUME", "0f 01 c4, VMXOFF",
        "0f 01 d9, VMMCALL", "f3 0f 01 d9, VMGEXIT", "f2 0f 01 d9, VMGEXIT",
        "0f 78 d0, VMREAD", "41 0f 78 fa, VMREAD", "0f 79 d0, VMWRITE", "3e 0f 78 d0, VMREAD",
        "66 0f c7 30, VMCLEAR", "0f c7 30, VMPTRLD", "0f c7 38, VMPTRST", "f3 0f c7 30, VMXON",
        "66 0f 38 80 08, INVEPT", "66 0f 38 81 08, INVVPID", "66 45 0f 38 81 08, INVVPID"
    })
    void an_instruction_is_found_whole(String code, Instruction instruction) {
        List<TrapSite> sites = find("55 " + code + " 5d c3");

        assertThat(sites).extracting(TrapSite::instruction).containsExactly(instruction);
        assertThat(sites.getFirst().address()).isEqualTo(ADDRESS + 1);
        assertThat(sites.getFirst().length()).isEqualTo(bytes(code).length);
    }

    /// EXTRQ, INSERTQ, RDRAND, RDSEED, RDPID, SENDUIPI, CMPXCHG8B, CMPXCHG16B, XSAVEC, LFENCE, others of 0F 01 and of
    /// 0F 38; F2 and F3 are the prefix that counts; LOCK; a constant in a MOV.
    @ParameterizedTest
    @ValueSource(strings = {
        "66 0f 78 c0 08 08", "f2 0f 78 c1 08 08", "66 0f 79 c1", "f2 0f 79 c1", "f3 0f 78 c1",
        "0f c7 f0", "48 0f c7 f0", "66 0f c7 f0", "0f c7 f8", "66 0f c7 f8", "f3 0f c7 f8", "f3 0f c7 f0",
        "0f c7 08", "48 0f c7 08", "0f c7 20", "f3 0f c7 38", "0f ae e8",
        "0f 01 d0", "0f 01 c8", "0f 01 ca", "0f 01 f9", "0f 01 f8", "66 0f 01 d9", "f2 66 0f 01 cc",
        "0f 01 cc", "0f 01 cf", "f3 0f 01 ff", "0f 01 d8", "0f 38 80 08", "0f 38 81 08", "66 0f 38 82 08",
        "f3 66 0f 38 80 08", "66 0f 38 80 c8", "f0 0f 78 d0", "0f 0b", "b8 0f 01 c1 00", "48 b8 66 0f 01 cc 0f 01 c1 c3"
    })
    void what_only_looks_like_one_is_not_found(String code) {
        assertThat(find("55 " + code + " 5d c3")).isEmpty();
    }

    /// One byte of data is enough to put a disassembler out of step; an entry puts it right.
    @Test
    void entries_keep_the_disassembly_in_step() {
        String code = "c3 48 b8 66 0f 01 cc c3 90 90 90 90 90";

        assertThat(find(code)).isEmpty();
        assertThat(find(code, ADDRESS + 3)).extracting(TrapSite::address).containsExactly(ADDRESS + 3);
        assertThat(find("66 0f 01 cc 66 0f 01 cc", ADDRESS, ADDRESS - 1, ADDRESS + 4, ADDRESS + 8, ADDRESS + 100))
                .hasSize(2);
        assertThat(find("")).isEmpty();
        assertThat(find("90 66 0f 01")).as("cut off").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "0f 78 d0; register=Optional[rdx]; Optional[Register[register=rax]]",
        "45 0f 79 e3; register=Optional[r12]; Optional[Register[register=r11]]",
        "44 0f 78 14 24; register=Optional[r10]; Optional[Memory[base=Optional[rsp], index=Optional.empty, scale=0, "
                + "displacement=0, ofRip=false, segment=NONE, isNarrow=false]]",
        "43 0f 79 54 65 80; register=Optional[rdx]; Optional[Memory[base=Optional[r13], index=Optional[r12], scale=1, "
                + "displacement=-128, ofRip=false, segment=NONE, isNarrow=false]]",
        "66 0f c7 35 78 56 34 12; register=Optional.empty; Optional[Memory[base=Optional.empty, index=Optional.empty, "
                + "scale=0, displacement=305419896, ofRip=true, segment=NONE, isNarrow=false]]",
        "65 0f 78 04 c5 10 00 00 00; register=Optional[rax]; Optional[Memory[base=Optional.empty, index=Optional[rax], "
                + "scale=3, displacement=16, ofRip=false, segment=GS, isNarrow=false]]",
        "67 64 0f c7 3b; register=Optional.empty; Optional[Memory[base=Optional[rbx], index=Optional.empty, scale=0, "
                + "displacement=0, ofRip=false, segment=FS, isNarrow=true]]",
        "0f 01 c1; register=Optional.empty; Optional.empty"
    })
    void operands_are_told(String code, String register, String operand) {
        TrapSite site = find(code).getFirst();

        assertThat(site.toString()).contains(register);
        assertThat(site.operand().toString()).isEqualTo(operand);
    }

    /// Whatever it is read, it is read again from the table of the guard as it was.
    @Test
    void a_trap_takes_the_whole_length() {
        byte[] code = bytes("90 66 0f c7 35 78 56 34 12 90 0f 78 d0 c3");
        List<TrapSite> sites = TrapSites.find(code, ADDRESS, List.of());
        TrapSites.replace(sites, MemorySegment.ofArray(code), ADDRESS);

        assertThat(HexFormat.ofDelimiter(" ").formatHex(code)).isEqualTo("90 f4 cc cc cc cc cc cc cc 90 f4 cc cc c3");
    }

    /// In all that is shipped, by its bytes in another way: every contract with an instruction has one.
    @Test
    void every_routine_of_the_hardware_image_is_read() {
        ImageFile.hardware().contracts().stream().filter(contract -> contract.calls().isEmpty())
                .filter(contract -> contract.effect().isPresent())
                .filter(contract -> !contract.symbol().equals("vmread_error_trampoline")).forEach(contract ->
                        assertThat(TrapSites.find(ImageFile.hardware().bytes(contract.symbol()), ADDRESS, List.of()))
                                .as(contract.symbol()).isNotEmpty().allSatisfy(site ->
                                        assertThat(site.instruction().name()).isEqualTo(contract.mnemonic())));
    }

    /// With all prefixes and operands, as another decoder names them.
    @Test
    void objdump_agrees() throws Exception {
        Random random = new Random(5);
        byte[] code = new byte[32 * 20_000];
        byte[][] opcodes = {{0x0f, 0x01}, {0x0f, 0x78}, {0x0f, 0x79}, {0x0f, (byte) 0xc7}, {0x0f, 0x38, (byte) 0x80},
            {0x0f, 0x38, (byte) 0x81}};
        byte[][] prefixes = {bytes("2e 67 64 65"), bytes("f2 f3 f3"), bytes("66")};
        byte[] third = bytes("c1 c2 c3 c4 cc cd ce cf d8 d9");
        List<Long> entries = new ArrayList<>();
        Arrays.fill(code, (byte) 0x90);
        for (int n = 0; n < code.length; n += 32) {
            int at = n;
            for (byte[] kind : prefixes) {          // one of a kind: of two, objdump gives one a line of its own
                if (random.nextInt(3) == 0) {
                    code[at++] = kind[random.nextInt(kind.length)];
                }
            }
            if (random.nextInt(3) == 0) {
                code[at++] = (byte) (0x40 | random.nextInt(16));
            }
            byte[] opcode = opcodes[random.nextInt(opcodes.length)];
            System.arraycopy(opcode, 0, code, at, opcode.length);
            at += opcode.length;
            byte[] rest = new byte[7];
            random.nextBytes(rest);
            rest[0] = opcode[1] == 1 ? third[random.nextInt(third.length)] : rest[0];
            System.arraycopy(rest, 0, code, at, opcode[1] == 1 ? 1 : rest.length);
            entries.add(ADDRESS + n);
        }
        Map<Long, String> ours = TrapSites.find(code, ADDRESS, entries).stream()
                .filter(site -> (site.address() - ADDRESS) % 32 == 0)
                .collect(Collectors.toMap(TrapSite::address, site -> site.instruction().name()
                        .toLowerCase(Locale.ROOT)));
        Path file = Files.write(directory.resolve("code.bin"), code);
        Process objdump = new ProcessBuilder("objdump", "-D", "-w", "-z", "-b", "binary", "-m", "i386:x86-64",
                "--no-show-raw-insn", "--adjust-vma=" + ADDRESS, file.toString()).start();
        Map<Long, String> theirs = new TreeMap<>();
        Pattern line = Pattern.compile("\\s*([0-9a-f]+):\\t.*\\b(" + Stream.of(Instruction.values())
                .map(Instruction::name).collect(Collectors.joining("|")) + ")\\b.*", Pattern.CASE_INSENSITIVE);
        objdump.inputReader().lines().map(line::matcher).filter(Matcher::matches)
                .filter(it -> Long.parseLong(it.group(1), 16) % 32 == 0 && !it.group().contains("(bad)"))
                .filter(it -> !it.group().matches(".*(data16|repn?z).*vmptrst.*"))   // the SDM: no prefix
                .forEach(it -> theirs.put(Long.parseLong(it.group(1), 16), it.group(2).toLowerCase(Locale.ROOT)));

        assertThat(theirs).hasSizeGreaterThan(4000);
        assertThat(new TreeMap<>(ours)).isEqualTo(theirs);
    }

    /// Any bytes are read without harm.
    @Test
    void random_bytes_do_no_harm() {
        Random random = new Random(1);
        byte[] code = new byte[1 << 16];
        random.nextBytes(code);
        for (int n = 0; n < code.length; n += 16) {
            code[n] = 0x0f;
            code[n + 1] = new byte[] {0x01, 0x78, 0x79, (byte) 0xc7}[n / 16 % 4];
        }

        List<TrapSite> sites = TrapSites.find(code, ADDRESS, List.of());
        assertThat(sites).hasSizeGreaterThan(500).allSatisfy(site -> assertThat(site.length()).isBetween(3, 15));
        for (int n = 1; n < sites.size(); n++) {
            assertThat(sites.get(n).address()).isGreaterThanOrEqualTo(
                    sites.get(n - 1).address() + sites.get(n - 1).length());
        }
    }
}
