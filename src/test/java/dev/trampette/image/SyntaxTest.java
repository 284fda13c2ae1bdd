package dev.trampette.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntaxTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mov    rax,QWORD PTR [rdi+0x8]              | mov    rax,qword [rdi+0x8]",
        "mov    BYTE PTR [rdi],0x1                   | mov    byte [rdi],0x1",
        "movaps XMMWORD PTR [rsp],xmm0               | movaps [rsp],xmm0",
        "mov    rax,QWORD PTR fs:0x28                | mov    rax,qword [fs:0x28]",
        "mov    QWORD PTR gs:[rdi],rax               | mov    qword [gs:rdi],rax",
        "lea    rax,[rip+table]                      | lea    rax,[rel table]",
        "movabs rax,0x123456789abcdef0               | mov    rax,0x123456789abcdef0",
        "rep stos QWORD PTR es:[rdi],rax             | rep stosq",
        "repz cmps BYTE PTR ds:[rsi],BYTE PTR es:[rdi]| repe cmpsb",
        "lods   al,BYTE PTR ds:[rsi]                 | lodsb",
        "pushf                                       | pushfq",
        "call   foo+0x10                             | call   foo+0x10",
        "xor    eax,eax                              | xor    eax,eax",
    })
    void nasm(String intel, String nasm) {
        assertThat(Syntax.NASM.of(intel)).isEqualTo(nasm);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tdcall                  | tdcall",
        "vmread rax, rdi         | vmread %rdi,%rax",
        "vmread [rsi], rdi       | vmread %rdi,(%rsi)",
        "vmwrite rdi, [rsp+0x10] | vmwrite 0x10(%rsp),%rdi",
    })
    void gas_has_the_operands_of_our_instructions_the_other_way_round(String text, String gas) {
        assertThat(Syntax.GAS.ofOurs(text)).isEqualTo(gas);
    }
}
