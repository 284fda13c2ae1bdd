package dev.trampette.verify;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.Contract;
import dev.trampette.contract.ContractException;
import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What contracts say of buffers and numbers is what a routine is called with. The specimens of `buffers.asm` show what
/// is found; here each routine stops when it sees what its contract excludes.
class BuffersTest {

    private static final String REFUSED = "\nret\n.no: ud2";

    private static Verdict verdict(Contract contract, String code) {
        long seed = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
        System.out.println("seed " + seed);
        return Judged.of(MachineCode.of("xor eax, eax\n" + code + REFUSED), contract, seed, 40);
    }

    private static Verdict verdict(String arguments, String code) {
        return verdict(Contract.parse("symbol=f\nresult=u64\narguments=" + arguments), code);
    }

    /// A routine accepts what the one contract says, and nothing else; the other contract says more.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "n:u64{0..320 step 16}          | n:u64{0..320}        | test dil, 15; jnz .no; cmp rdi, 320; ja .no",
        "n:u32{16,24,32}                | n:u32{16..32}        | test edi, 7; jnz .no; cmp edi, 16; jb .no",
        "n:u64{odd}                     | n:u64                | test dil, 1; jz .no",
        "n:u16{even, 10..20}            | n:u16{10..20}        | test dil, 1; jnz .no; cmp di, 20; ja .no",
        "n:u32{odd, top bit}            | n:u32{odd}           | test edi, edi; jns .no; test dil, 1; jz .no",
        "n:u64{0x10..0x20}              | n:u64                | cmp rdi, 0x20; ja .no; cmp rdi, 0x10; jb .no",
        "n:u64{1..0x7fffffffffffffff}   | n:u64{0..0x8000000000000000} | test rdi, rdi; jle .no",
        "n:u32{-5..5}                   | n:u32{-6..5}         | add edi, 5; cmp edi, 10; ja .no",
        "n:u8{'a'..'z'}                 | n:u8{'A'..'z'}       | cmp dil, 'a'; jb .no",
        "n:u64{1..50} k:u32{0..n-1}     | n:u64{1..50} k:u32{0..n}   | mov esi, esi; cmp rsi, rdi; jae .no",
        "k:u32{0..n*2} n:u64{0..9} | k:u32{0..n*2+2} n:u64{0..9} | mov edi, edi; shr rdi, 1; cmp rdi, rsi; ja .no",
        "d:in[4 x u32]{0..9}            | d:in[4 x u32]{0..10} | cmp dword [rdi + 12], 9; ja .no",
        "d:in[n x u16]{7} n:u8{2..9}    | d:in[n x u16] n:u8{2..9}  | cmp word [rdi + 2], 7; jne .no",
        "s:string[9]{'0'..'9'}          | s:string[9]          | cmp byte [rdi], '9'; ja .no",
        "s:string{`GET`,`PUT`}          | s:string{`GET`,`POST`}    | cmp byte [rdi + 3], 0; jne .no",
        "s:string=`a b`                 | s:string=`ab`        | cmp dword [rdi], 0x622061; jne .no",
        "s:string[9 x u16]=`\u0436`     | s:string[9 x u16]=`\\xe9` | cmp dword [rdi], 0x436; jne .no",
        "s:string=`\u00e9`              | s:string=`\\xe9`     | cmp word [rdi], 0xa9c3; jne .no",
        "d:in[2]={1,0x8000000000000000} | d:in[2]={1}          | mov rax, [rdi + 8]; shl rax, 1; jnc .no; jnz .no",
        "d:in[2]={n, ?} n:u64           | d:in[2]={n + 1} n:u64 | cmp [rdi], rsi; jne .no",
        "d:in[8 bytes] align 32         | d:in[8 bytes] align 16    | test dil, 31; jnz .no",
        "d:in[8 x u32]                  | d:in[8 x u16]        | test dil, 3; jnz .no",
        "d:in[8 bytes]                  | d:in[8 bytes]?       | test rdi, rdi; jz .no",
        "a:inout[8] b:in[8]             | a:inout[8] b:in[8] may equal | cmp rdi, rsi; je .no",
        "a:inout[8] b:in[8] may equal   | a:inout[8] may overlap b:in[8] | mov rax, rdi; sub rax, rsi; add rax, 63; "
                + "cmp rax, 126; mov eax, 0; ja .yes; cmp rdi, rsi; jne .no; .yes:"
    })
    void values_are_those_of_the_contract(String said, String more, String code) {
        String lines = code.replace(";", "\n");
        Verdict right = verdict(said.replace('`', '"'), lines);
        Verdict wrong = verdict(more.replace('`', '"'), lines);

        assertThat(right.findings()).as(said).isEmpty();
        assertThat(wrong.findings()).as(more).isNotEmpty().allSatisfy(finding ->
                assertThat(finding.rule()).isEqualTo(Rule.CRASH));
    }

    /// All of a range is tried, both ends included, and all that lies between in steps.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "n:u64{0..0xffffffffffffffff}    | inc rdi; jz .no",
        "n:u64{0..0xfffffffffffffffe}    | test rdi, rdi; js .no",
        "n:u64{0x20000000000000..0x20000000000003} | test dil, 1; jnz .no",
        "n:u64{3,5,9000}                 | cmp edi, 9000; je .no",
        "d:in[n bytes] n:u64             | cmp esi, 320; je .no",
        "d:in[n bytes] n:u64             | cmp esi, 17; je .no",
        "d:in[n bytes] n:u64             | cmp esi, 17; jne .yes; lea rax, [rdi + rsi]; test eax, 4095; mov eax, 0;"
                + " jz .no; .yes:",
        "d:in[n bytes] n:u64             | cmp esi, 33; jne .yes; test edi, 4095; jz .no; .yes:",
        "rows:u8{1..9} d:in[rows*4 bytes] | cmp edi, 7; je .no",
        "d:in[32 bytes]                  | mov ecx, edi; and ecx, 15; cmp ecx, 13; je .no",
        "s:string[30]                    | cmp byte [rdi], 0; je .no",
        "s:string[30]                    | cmp byte [rdi], 0x80; ja .no",
        "s:string[30 x u32]              | cmp dword [rdi], 0x80; ja .no"
    })
    void rare_values_are_tried(String arguments, String code) {
        assertThat(verdict(arguments, code.replace(";", "\n")).findings()).as(arguments).isNotEmpty();
    }

    @Test
    void buffers_point_to_each_other() {
        Contract contract = Contract.parse("""
                symbol=f
                arguments=srcs:in[3]={&a,&b+8,&c} n:u64{8..64}
                memory=a:in[n bytes] b:in[n bytes] c:out[n bytes]
                result=u64
                """);
        String code = "mov rax, [rdi]\nmov rcx, [rdi + 8]\nmov rax, [rax]\nadd rax, [rcx - 8]\nmov rdx, [rdi + 16]\n";

        assertThat(Contract.parse(contract.toString())).isEqualTo(contract);
        assertThat(verdict(contract, code + "mov [rdx], rax").holds()).isTrue();
        assertThat(verdict(contract, code + "mov [rdx + rsi], al").findings()).first().satisfies(finding ->
                assertThat(finding.line()).contains("memory: behind c"));
    }

    /// A handle points into itself, and counts its calls: each call finds it as the caller has made it.
    @Test
    void a_caller_fills_a_buffer_before_each_case() {
        Contract contract = Contract.parse("symbol=f\narguments=ctx:inout[24 bytes]\nresult=u64")
                .fill("ctx", memory -> {
                    memory.fill((byte) 0);
                    memory.set(JAVA_LONG, 0, memory.address() + 8);
                });
        String code = "test dil, 15\njnz .no\nmov rcx, [rdi]\ncmp qword [rcx], 0\njne .no\ninc qword [rcx]";

        assertThat(verdict(contract, code).findings()).isEmpty();
        assertThat(contract.fills()).containsOnlyKeys("ctx");
        assertThatThrownBy(() -> contract.fill("cxt", MemorySegment::address)).isInstanceOf(ContractException.class)
                .hasMessageContaining("there is no buffer cxt; there are [ctx]");
    }

    /// The pointer that brings the memory is NULL, and the other one lies there: what is around it is looked at.
    @Test
    void memory_of_a_pointer_that_is_null() {
        Contract contract = Contract.parse("symbol=f\narguments=a:inout[64 bytes]? may equal b:inout[8 bytes]\n"
                + "result=u64");
        String code = "test rdi, rdi\njnz .out\nmov ecx, esi\nand ecx, 4095\ncmp ecx, 4032\njne .out\n%s\n.out:";

        for (int seed = 0; seed < 4; seed++) {
            assertThat(Judged.of(MachineCode.of("xor eax, eax\n" + code.formatted("not byte [rsi - 1]") + "\nret"),
                    contract, seed, 40).findings()).as("seed %d", seed).isNotEmpty();
            assertThat(Judged.of(MachineCode.of("xor eax, eax\n" + code.formatted("not byte [rsi]") + "\nret"),
                    contract, seed, 40).findings()).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void what_goes_together_never_is_one_sentence() {
        assertThatThrownBy(() -> verdict("n:u64{5} k:u64{n..4}", "nop")).isInstanceOf(ContractException.class)
                .hasMessage("no case: no values go together of n:u64{5} k:u64{n..4}");
    }
}
