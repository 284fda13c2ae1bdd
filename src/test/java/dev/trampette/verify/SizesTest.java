package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.UncheckedException;
import dev.trampette.verdict.Verdict;
import org.junit.jupiter.api.Test;

/// What a prototype does not say of pointers is learnt from calls.
class SizesTest {

    private static final String SUM = "xor eax, eax\n.next: sub esi, 1\njl .done\nmovzx ecx, byte [rdi]\nadd eax, ecx\n"
            + "inc rdi\njmp .next\n.done: ret";

    private static Verdict verdict(String code, String prototype) {
        return Judged.of(MachineCode.of(code), prototype);
    }

    private static String learnt(String code, String prototype) {
        Verdict verdict = verdict(code, prototype);
        return verdict + "; " + verdict.contract().lines().get("arguments");
    }

    @Test
    void a_pointer_points_to_what_is_read() {
        assertThat(learnt("mov eax, [rdi + 8]\nret", "int f(const void *p)")).isEqualTo("holds; arguments=p:in[12xu8]");
        assertThat(learnt("mov eax, [rdi + 8]\nret", "int f(const int *p)")).isEqualTo("holds; arguments=p:in[3xi32]");
        assertThat(learnt("mov [rsi + 3], dil\nret", "void f(int x, void *p)"))
                .isEqualTo("holds; arguments=x:i32 p:inout[4xu8]");
        assertThat(learnt("movaps xmm0, [rdi + 16]\nmovd eax, xmm0\nret", "int f(const __m128i *p)"))
                .isEqualTo("holds; arguments=p:in[4] align 16");
        assertThat(learnt("movaps xmm0, [rdi + 16]\nmovd eax, xmm0\nret", "int f(const void *p)"))
                .isEqualTo("broken: crash; arguments=p:in[32xu8]");
        assertThat(learnt("ret", "void f(void *p)")).isEqualTo("holds; arguments=p:inout[1xu8]");
    }

    @Test
    void what_lets_memory_grow_is_a_length() {
        assertThat(learnt(SUM, "int sum(const uint8_t *p, int n, uint32_t any)"))
                .isEqualTo("holds; arguments=p:in[n bytes] n:i32{0..512} any:u32");
        assertThat(verdict(SUM, "int sum(const uint8_t *p, int n)").assumed())
                .containsExactly("p points to n bytes", "n is a length, 0 to 512");
        assertThat(learnt("imul rsi, rdx\n" + SUM.replace("sub esi", "sub rsi"),
                "int sum(const uint8_t *p, size_t n, size_t m)"))
                .isEqualTo("holds; arguments=p:in[n*m bytes] n:u64{0..64} m:u64{0..64}");
        assertThat(learnt(SUM.replace("sub esi", "sub rsi"), "int sum(const uint8_t *p, int n)"))
                .startsWith("broken: narrow-argument");
        assertThat(learnt(SUM.replace("movzx", "xor ebx, ebx\nmovzx"), "int sum(const uint8_t *p, int n)"))
                .startsWith("broken: callee-saved");
    }

    /// As much as the lengths say: so a byte too many is found, and a tail that is rounded up is not learnt.
    @Test
    void memory_is_as_long_as_its_length() {
        String words = "xor eax, eax\n.next: sub rsi, 1\njl .done\nadd eax, [rdi]\nadd rdi, 4\njmp .next\n.done: ret";

        assertThat(learnt(words, "int sum(const int *p, size_t n)"))
                .isEqualTo("holds; arguments=p:in[n x i32] n:u64{0..512}");
        assertThat(learnt(words.replace("[rdi]\nadd rdi, 4", "[rdi]\nadd rdi, 8"), "int sum(const void *p, size_t n)"))
                .startsWith("holds; arguments=p:in[");
        assertThat(learnt("cmp rsi, 8\njb .few\n" + SUM.replace("sub esi", "sub rsi") + "\n.few: movzx eax, byte "
                + "[rdi + rsi]\nret", "int sum(const uint8_t *p, size_t n)")).startsWith("broken: ");
    }

    @Test
    void what_cannot_be_learnt_is_a_sentence() {
        assertThatThrownBy(() -> verdict("mov rax, [rdi]\nmov rax, [rax]\nret", "long f(struct list *head)"))
                .isInstanceOf(UncheckedException.class)
                .hasMessageStartingWith("f: nobody says how much head points to, and it cannot be learnt: ")
                .hasMessageEndingWith("say it: arguments=head:inout[Nxu8]");
        assertThatThrownBy(() -> verdict("mov [rdi + rdi], edi\nret", "void f(void *p)"))
                .isInstanceOf(UncheckedException.class);
        assertThat(verdict("movzx eax, byte [rdi - 1]\nret", "int f(const uint8_t *p)").toString())
                .startsWith("broken: undefined-read");
    }
}
