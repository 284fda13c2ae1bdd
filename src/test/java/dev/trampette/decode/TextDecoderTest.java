package dev.trampette.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextDecoderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mov    rax,rdi                               | 0 | 0",
        "mov    rax,QWORD PTR [rdi+0x8]               | 1 | 0",
        "mov    QWORD PTR [rdi+rsi*8],rax             | 0 | 1",
        "movaps XMMWORD PTR [rsp],xmm0                | 0 | 1",
        "movdqu xmm1,XMMWORD PTR [rsi]                | 1 | 0",
        "vmovntdq YMMWORD PTR [rdi],ymm0              | 0 | 1",
        "lea    rax,[rdi+rdi*4]                       | 0 | 0",
        "nop    WORD PTR cs:[rax+rax*1+0x0]           | 0 | 0",
        "push   rbx                                   | 0 | 1",
        "push   QWORD PTR [rdi]                       | 1 | 1",
        "pop    rbx                                   | 1 | 0",
        "pop    QWORD PTR [rdi]                       | 1 | 1",
        "pushf                                        | 0 | 1",
        "popf                                         | 1 | 0",
        "call   0x7f3819ee42c0                        | 0 | 1",
        "call   QWORD PTR [rax+0x10]                  | 1 | 1",
        "jmp    QWORD PTR [rax]                       | 1 | 0",
        "jne    0x12                                  | 0 | 0",
        "ret                                          | 1 | 0",
        "leave                                        | 1 | 0",
        "add    QWORD PTR [rdi],rax                   | 1 | 1",
        "add    rax,QWORD PTR [rdi]                   | 1 | 0",
        "lock xadd QWORD PTR [rdi],rax                | 1 | 1",
        "xchg   rax,QWORD PTR [rdi]                   | 1 | 1",
        "lock cmpxchg QWORD PTR [rdi],rcx             | 1 | 1",
        "cmp    BYTE PTR [rip+0x2f],0x0               | 1 | 0",
        "cmp    rax,QWORD PTR [rdi]                   | 1 | 0",
        "test   DWORD PTR [rdi],0x1                   | 1 | 0",
        "bts    QWORD PTR [rdi],0x3                   | 1 | 1",
        "bt     QWORD PTR [rdi],0x3                   | 1 | 0",
        "mul    QWORD PTR [rdi]                       | 1 | 0",
        "imul   rax,QWORD PTR [rdi],0x3               | 1 | 0",
        "setne  BYTE PTR [rdi]                        | 0 | 1",
        "cmovne rax,QWORD PTR [rdi]                   | 1 | 0",
        "rep stos QWORD PTR es:[rdi],rax              | 0 | 1",
        "rep movs BYTE PTR es:[rdi],BYTE PTR ds:[rsi] | 1 | 1",
        "repz cmps BYTE PTR ds:[rsi],BYTE PTR es:[rdi]| 2 | 0",
        "fnstcw WORD PTR [rdi]                        | 0 | 1",
        "fldcw  WORD PTR [rdi]                        | 1 | 0",
        "ldmxcsr DWORD PTR [rdi]                      | 1 | 0",
        "stmxcsr DWORD PTR [rdi]                      | 0 | 1",
        "vpaddq ymm0,ymm1,YMMWORD PTR [rdi]           | 1 | 0",
        "addsd  xmm0,QWORD PTR [rdi]                  | 1 | 0",
        "paddq  xmm0,XMMWORD PTR [rdi]                | 1 | 0",
        "tdcall                                       | 0 | 0",
        "vmread rax,rdi                               | 0 | 0",
        "vmread QWORD PTR [rsi],rdi                   | 0 | 1",
        "vmwrite rdi,QWORD PTR [rsi]                  | 1 | 0",
        "vmptrld [rdi]                                | 1 | 0",
        "vmptrst [rdi]                                | 0 | 1",
        "invept rdi,[rsi]                             | 1 | 0",
    })
    void loads_and_stores(String text, int loads, int stores) {
        Operation operation = TextDecoder.decode(0, 4, text);

        assertThat(operation.loads()).as(text).isEqualTo(loads);
        assertThat(operation.stores()).as(text).isEqualTo(stores);
    }
}
