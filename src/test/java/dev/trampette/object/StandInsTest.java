package dev.trampette.object;

import static dev.trampette.object.Called.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.object.StandIn.Kind;
import dev.trampette.support.MachineCode;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Something answers for each symbol that an object does not define.
class StandInsTest {

    @TempDir
    private Path directory;

    private ForeignObject load(String name, String text, Map<String, Integer> variables) {
        return ForeignObject.load(List.of(Called.write(directory, name, text)), List.of(), variables);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rax", "rcx", "rdx", "rbx", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13",
        "r14", "r15"})
    void indirect_thunks_jump_through_their_register(String register) {
        try (ForeignObject object = load("a.s", """
                .globl f, g
                f:  push    %%rbx
                    push    %%rbp
                    push    %%r12
                    push    %%r13
                    push    %%r14
                    push    %%r15
                    lea     g(%%rip), %%%1$s
                    call    __x86_indirect_thunk_%1$s
                    pop     %%r15
                    pop     %%r14
                    pop     %%r13
                    pop     %%r12
                    pop     %%rbp
                    pop     %%rbx
                    jmp     __x86_return_thunk
                g:  mov     $42, %%eax
                    ret
                """.formatted(register), Map.of())) {
            assertThat(call(object, "f")).isEqualTo(42);
            assertThat(object.standIns()).extracting(StandIn::kind).containsOnly(Kind.HELPER);
        }
    }

    @Test
    void a_function_of_others_is_a_named_ud2_until_a_handler_answers() {
        try (ForeignObject object = load("a.s", ".globl f\nf: push %rax\n call outside\n pop %rcx\n ret\n", Map.of())) {
            StandIn outside = object.standIns().getFirst();
            assertThat(outside.kind()).isEqualTo(Kind.OPEN);
            assertThat(outside.slot().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(outside.place().address() + 6);
            assertThat(object.locate(outside.place().address() + 6)).contains("the undefined symbol outside");
            assertThatThrownBy(() -> call(object, "f")).isInstanceOfAny(WrapperPanic.class, WrapperCrash.class)
                    .hasMessageContaining("UD2");

            object.attach("outside", MachineCode.of("mov eax, 42\nret"));
            object.reset();
            assertThat(call(object, "f")).isEqualTo(42);
            assertThatThrownBy(() -> object.attach("inside", MachineCode.of("ret")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_page_of_code_of_others_can_be_entered_behind_its_name() {
        try (ForeignObject object = load("a.s", ".globl f\nf: push %rax\n call page + 4064\n pop %rcx\n ret\n"
                + "call page\n call other\n", Map.of())) {
            object.attach("page", MachineCode.of("mov eax, 42\nret"));
            assertThat(call(object, "f")).isEqualTo(42);
            assertThat(object.standIns()).extracting(one -> one.place().byteSize()).containsExactly(4080L, 16L);
        }
    }

    @Test
    void hidden_symbols_of_others_have_one_too() {
        try (ForeignObject object = load("a.c", """
                #pragma GCC visibility push(hidden)
                extern long outside(long);
                extern long value;
                long f(long x) { return outside(x) + value; }
                """, Map.of("value", 8))) {
            object.attach("outside", MachineCode.of("lea rax, [rdi + 1]\nret"));
            assertThat(call(object, "f", 41)).isEqualTo(42);
        }
    }

    @Test
    void a_routine_cannot_write_to_a_slot() {
        try (ForeignObject object = load("a.s", ".globl f\nf: movq $0, (%rdi)\n ret\n call outside\n", Map.of())) {
            assertThatThrownBy(() -> call(object, "f", object.standIns().getFirst().slot().address()))
                    .isInstanceOf(WrapperCrash.class);
        }
    }

    @Test
    void compiled_c_has_the_c_library_and_assembly_has_not() {
        String call = "asm(\".globl f\\nf: push %rax\\n call strlen\\n pop %rcx\\n ret\");";
        try (ForeignObject c = load("a.c", "unsigned long strlen(const char *);\n"
                + "long f(const char *s) { return strlen(s); }\n", Map.of());
                ForeignObject assembly = load("a.s", ".globl f\nf: jmp strlen\n", Map.of());
                ForeignObject harmful = load("b.c", call + "int kill(int, int);\nint g(void) { return kill(1, 0); }\n",
                        Map.of())) {
            var text = Arena.ofAuto().allocateFrom("seven..");
            assertThat(call(c, "f", text.address())).isEqualTo(7);
            assertThat(c.standIns()).extracting(StandIn::kind).containsExactly(Kind.LIBRARY);
            assertThat(assembly.standIns()).extracting(StandIn::kind).containsExactly(Kind.OPEN);
            assertThat(harmful.standIns()).filteredOn(one -> one.name().equals("kill"))
                    .extracting(StandIn::kind).containsExactly(Kind.OPEN);
        }
    }

    @Test
    void variables_of_others_are_there_when_they_are_declared() {
        try (ForeignObject object = load("a.asm", """
                extern page, flag, outside
                global f
                f:  mov     rax, [rel page + 8]
                    add     rax, [flag]
                    inc     qword [flag]
                    ret
                    call    outside
                """, Map.of("page", 4096, "flag", 8))) {
            StandIn page = object.standIns().stream().filter(one -> one.name().equals("page")).findFirst()
                    .orElseThrow();
            assertThat(page.kind()).isEqualTo(Kind.VARIABLE);
            page.place().set(ValueLayout.JAVA_LONG, 8, 40);
            assertThat(call(object, "f")).isEqualTo(40);
            assertThat(call(object, "f")).isEqualTo(41);
            object.reset();
            assertThat(call(object, "f")).isZero();
        }
    }

    @Test
    void what_the_linker_defines_needs_none() {
        try (ForeignObject object = load("a.s", """
                .globl f
                f:  lea     __stop_mine(%rip), %rax
                    lea     __start_mine(%rip), %rcx
                    sub     %rcx, %rax
                    lea     _end(%rip), %rcx
                    ret
                .weak   maybe
                .hidden maybe
                    mov     $maybe, %eax
                .section mine, "a"
                    .quad   1, 2
                """, Map.of())) {
            assertThat(call(object, "f")).isEqualTo(16);
            assertThat(object.standIns()).isEmpty();
        }
    }
}
