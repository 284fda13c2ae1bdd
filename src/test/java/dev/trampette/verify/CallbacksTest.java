package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Functions whose prototypes have pointers to functions, and others that need nothing but a prototype: what is broken
/// is found, and the repaired twin holds.
class CallbacksTest {

    private static String verdict(MemorySegment function, String text) {
        return Judged.of(function, text).toString();
    }

    private static void assertFound(String code, String wrong, String right, String contract, String rule) {
        assertThat(verdict(MachineCode.of(code.replace("WRONG", wrong)), contract)).startsWith("broken: " + rule);
        assertThat(verdict(MachineCode.of(code.replace("WRONG", right)), contract)).isEqualTo("holds");
    }

    @Test
    void a_stack_that_is_off_at_a_rare_call() {
        assertFound("movzx eax, byte [rdi]\nsub eax, 'a'\ncmp eax, 25\nja .bad\nret\n.bad: push rdi\n"
                + "lea rsp, [rsp - WRONG]\ncall rsi\nlea rsp, [rsp + WRONG]\npop rdi\nor eax, -1\nret", "8", "0", """
                int first(const char *s, void (*report)(const char *))
                """, "stack-alignment");
    }

    @Test
    void a_bool_is_in_al() {
        assertFound("push rbx\nmov rbx, rdi\nmov edi, esi\ncall rbx\nWRONG\nsetnz al\nmovzx eax, al\npop rbx\nret",
                "test eax, eax", "test al, al", "int ask(bool (*is)(int), int n)", "narrow-argument");
    }

    @Test
    void a_result_has_four_bytes() {
        assertFound("push rsi\ncall rdi\npop rsi\nWRONG\nret", "mov [rsi], rax", "mov [rsi], eax", """
                void call(uint32_t (*f)(void), uint32_t *out)
                arguments=out:out[1 x u32]
                """, "memory");
    }

    @Test
    void a_table_of_functions() {
        assertFound("sub rsp, WRONG\nmov rax, [rdi + 8]\nmov rdi, rsi\ncall rax\nadd rsp, WRONG\nret", "16", "8", """
                result=u64
                arguments=ops:in[2]={?,&twice} x:u64
                memory=twice:fn(u64):u64
                """, "stack-alignment");
    }

    /// Nobody but an unwinder wants a frame pointer, and the ABI promises none.
    @Test
    void rbp_may_hold_anything_at_a_call() {
        assertFound("push rbp\nmov rbp, rdx\nmov rax, rdi\nmov rdi, rsi\ncall rax\ntest ebp, 1\njz .out\nnot rax\n"
                + ".out: WRONG\nret", "add rsp, 8", "pop rbp", """
                uint64_t gate(uint64_t (*f)(uint64_t), uint64_t x, uint64_t flags)
                """, "callee-saved");
    }

    @Test
    void a_number_comes_back_from_a_call() {
        assertFound("sub rsp, 8\nmov rax, rdi\ncall rax\nWRONG\nadd rsp, 8\nret", "addsd xmm0, xmm1",
                "addsd xmm0, xmm0", "double f(double g(void))", "undefined-read");
    }

    /// The C library copies the padding of a structure.
    @Test
    void padding_of_a_structure_is_ignored() {
        MemorySegment timegm = Linker.nativeLinker().defaultLookup().findOrThrow("timegm");
        String fields = "time_t timegm(struct tm *t)\narguments=t:inout[14 x i32]{0..60}\n";

        assertThat(verdict(timegm, fields)).isEqualTo("broken: undefined-read");
        assertThat(verdict(timegm, fields + "ignore=t[9]")).isEqualTo("holds");
    }
}
