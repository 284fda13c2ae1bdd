package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.probe.Vectors;
import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import org.junit.jupiter.api.Test;

/// What a contract declares beyond a signature: each declaration lets one routine pass, and does not let another.
class DeclarationsTest {

    private static String verdict(String code, String text) {
        return Judged.of(MachineCode.of(code), text).toString();
    }

    @Test
    void control_bits_may_change() {
        String code = "and edi, 0x6000\nor edi, 0x1f80\nmov [rsp - 8], edi\nldmxcsr [rsp - 8]\nret";

        assertThat(verdict(code, "void f(int mode)")).isEqualTo("broken: mxcsr");
        assertThat(verdict(code, "void f(int mode)\nchanges=mxcsr")).isEqualTo("holds");
        assertThat(verdict(code, "void f(int mode)\nchanges=x87")).isEqualTo("broken: mxcsr");
        assertThat(verdict(code.replace("edi", "esi"), "void f(int mode)\nchanges=mxcsr"))
                .isEqualTo("broken: undefined-read");
        assertThat(verdict("mov word [rsp - 8], 0xe7f\nfldcw [rsp - 8]\nret", "void f(void)\nchanges=x87"))
                .isEqualTo("holds");
    }

    @Test
    void flags_come_back() {
        assertThat(verdict("lea rax, [rdi + 1]\nret", "long f(long x)\npreserves=flags")).isEqualTo("holds");
        assertThat(verdict("mov rax, rdi\ninc rax\nret", "long f(long x)\npreserves=flags"))
                .isEqualTo("broken: undeclared-clobber");
    }

    @Test
    void a_register_is_0() {
        String contract = "symbol=f\nconvention=registers\narguments=rax:u64\nresult=u64\nclobbers=rcx vectors\n";

        assertThat(verdict("movq xmm15, rax\nmovq rax, xmm15\nret", contract + "zero=xmm15"))
                .isEqualTo("broken: undeclared-clobber");
        assertThat(verdict("movq xmm15, rax\nmovq rax, xmm15\npxor xmm15, xmm15\nret", contract + "zero=xmm15"))
                .isEqualTo("holds");
        assertThat(verdict("movq rcx, xmm15\nadd rax, rcx\nret", contract + "zero=xmm15")).isEqualTo("holds");
        assertThat(verdict("movq rcx, xmm15\nadd rax, rcx\nret", contract)).startsWith("broken: undefined-read");
        assertThat(verdict("lea rax, [rdi + r13]\nret", "long f(long x)\nzero=r13")).isEqualTo("holds");
        assertThat(verdict("mov rax, rdi\nmov r10, rdi\nret", "long f(long x)\nzero=r10"))
                .isEqualTo("broken: undeclared-clobber");
    }

    @Test
    void bits_are_ignored() {
        String code = "mov eax, esi\nmov ecx, ecx\nshl rcx, 32\nor rax, rcx\nmov [rdi + 8], rax\nret";

        assertThat(verdict(code, "symbol=f\narguments=t:out[2] v:u32\nresult=void"))
                .isEqualTo("broken: undefined-read");
        assertThat(verdict(code, "symbol=f\narguments=t:out[2] v:u32\nresult=void\nignore=t[1]:32..63"))
                .isEqualTo("holds");
        assertThat(verdict(code, "symbol=f\narguments=t:out[2] v:u32\nresult=void\nignore=t[0] t[1]:33..63"))
                .isEqualTo("broken: undefined-read");
    }

    @Test
    void scratch_is_written_and_not_compared() {
        String code = "mov [rdi], rcx\nmov rax, rsi\nret";

        assertThat(verdict(code, "symbol=f\narguments=key:scratch[4] v:u64\nresult=u64")).isEqualTo("holds");
        assertThat(verdict(code, "symbol=f\narguments=key:out[4] v:u64\nresult=u64"))
                .isEqualTo("broken: undefined-read");
        assertThat(verdict("mov rax, [rdi]\nret", "symbol=f\narguments=key:scratch[4]\nresult=u64"))
                .isEqualTo("broken: undefined-read");
        assertThat(verdict("mov [rdi + 32], rsi\nret", "symbol=f\narguments=key:scratch[4] v:u64"))
                .startsWith("broken: memory");
    }

    @Test
    void any_result_will_do() {
        assertThat(verdict("mov rax, rcx\nret", "long f(void)")).isEqualTo("broken: undefined-read");
        assertThat(verdict("mov rax, rcx\nret", "long f(void)\nresult=any")).isEqualTo("holds");
        assertThat(verdict("xor ebx, ebx\nret", "long f(void)\nresult=any")).isEqualTo("broken: callee-saved");
    }

    @Test
    void narrow_integers_are_extended() {
        String contract = "int f(int8_t a, uint16_t b)\n";
        String code = "lea eax, [rdi + rsi]\nret";

        assertThat(verdict(code, contract)).isEqualTo("broken: narrow-argument");
        assertThat(verdict(code, contract + "narrow=extended")).isEqualTo("holds");
        assertThat(verdict("lea rax, [rdi + rsi]\nret", "long f(int8_t a, uint16_t b)\nnarrow=extended"))
                .isEqualTo("broken: narrow-argument");
        assertThat(verdict("xor eax, eax\ntest edi, edi\nsets al\ntest dil, dil\nsets cl\ncmp al, cl\nje .same\nud2\n"
                + ".same: ret", "int f(int8_t a)\nnarrow=extended")).isEqualTo("holds");
    }

    @Test
    void nothing_secret_is_left() {
        String key = "void f(const uint64_t key[4])\nsecret=key";

        assertThat(verdict("mov rax, [rdi]\nxor eax, eax\nret", key)).isEqualTo("holds");
        assertThat(verdict("mov rcx, [rdi + 8]\nret", key)).isEqualTo("broken: secret");
        assertThat(verdict("push qword [rdi + 24]\npop rcx\nxor ecx, ecx\nret", key)).isEqualTo("broken: secret");
        assertThat(verdict("movups xmm5, [rdi]\nret", key)).isEqualTo("broken: secret");
        assertThat(verdict("movdqa xmm1, xmm0\nret", "void f(__m128i key)\nsecret=key")).isEqualTo("broken: secret");
        assertThat(verdict("pxor xmm0, xmm0\nret", "void f(__m128i key)\nsecret=key")).isEqualTo("holds");
    }

    /// The ABI does not say what becomes of upper halves: it is advice, and nothing that is broken hides behind it.
    @Test
    void dirty_upper_halves_are_advice() {
        assumeTrue(Vectors.available().compareTo(Vectors.YMM) >= 0);
        String dirty = "vpcmpeqd xmm1, xmm1, xmm1\nvinsertf128 ymm1, ymm1, xmm1, 1\n";

        assertThat(verdict(dirty + "mov rax, rdi\nret", "long f(long x)")).isEqualTo("holds, advice: vector-state");
        assertThat(verdict(dirty + "mov rax, rdi\nvzeroupper\nret", "long f(long x)")).isEqualTo("holds");
        assertThat(verdict(dirty + "mov rax, rdi\nret", "long f(long x)\nallow=vector-state")).isEqualTo("holds");
        assertThat(verdict(dirty + "mov rbx, rdi\nret", "void f(long x)"))
                .isEqualTo("broken: callee-saved; advice: vector-state");
        assertThat(verdict(dirty + "vmovaps ymm0, ymm1\nret", "__m256 f(void)")).isEqualTo("holds");
        assertThat(verdict("vaddpd ymm0, ymm0, ymm0\nret", "__m256d f(__m256d x)")).isEqualTo("holds");
    }

    /// A batch goes on where upper halves are in use: what only it finds is found behind them.
    @Test
    void advice_ends_no_batch() {
        assumeTrue(Vectors.available().compareTo(Vectors.YMM) >= 0);
        String rare = "vpcmpeqd xmm1, xmm1, xmm1\nvinsertf128 ymm1, ymm1, xmm1, 1\nmov eax, edi\nand eax, 0x1ff\n"
                + "imul ecx, eax, 0x9e3779b1\nshr ecx, 23\ncmp ecx, 0x13b\njne .out\nxor ebx, ebx\n.out: ret";

        assertThat(verdict(rare, "int f(int x)")).isEqualTo("broken: callee-saved; advice: vector-state");
    }
}
