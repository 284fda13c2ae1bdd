package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.contract.Contract;
import dev.trampette.contract.External;
import dev.trampette.image.Image;
import dev.trampette.image.Target;
import dev.trampette.object.ForeignObject;
import dev.trampette.shim.Bridge;
import dev.trampette.trap.ObjectTraps;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Functions that a routine calls and that are none of its own: broken routines are found by their rule, and their
/// repaired twins hold.
class ExternalsTest {

    private static final long SEED = Long.getLong("trampette.seed", 20261127);

    @TempDir
    private Path directory;

    /// One routine: what is wrong in lines that begin with `-`, what would be right in lines that begin with `+`.
    private record Specimen(String name, Optional<Rule> rule, String where, String contract, String text) {

        Specimen(String name, Rule rule, String where, String contract, String text) {
            this(name, Optional.of(rule), where, contract, text);
        }

        String broken() {
            return text.replaceAll("(?m)^\\+.*$", "").replaceAll("(?m)^-", " ");
        }

        String repaired() {
            return text.replaceAll("(?m)^-.*$", "").replaceAll("(?m)^\\+", " ");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Specimen> specimens() {
        return Stream.of(
                new Specimen("aligned_on_one_path_only", Rule.STACK_ALIGNMENT, "at the call of report",
                        "arguments=value:u64{0..20} report:fn(u64):void\nresult=u64", """
                        mov     rax, rdi
                        cmp     rax, 10
                        ja      .large
                        ret
                        .large:
                        push    rbx
                -       push    rsi
                        call    rsi
                -       pop     rsi
                        pop     rbx
                        mov     rax, -1
                        ret"""),
                new Specimen("bool_from_more_than_al", Rule.NARROW_ARGUMENT, "result",
                        "arguments=is_odd:fn(u32):bool value:u32\nresult=u64", """
                        mov     rax, rdi
                        mov     edi, esi
                        sub     rsp, 8
                        call    rax
                -       test    eax, eax
                +       test    al, al
                        setnz   al
                        movzx   eax, al
                        add     rsp, 8
                        ret"""),
                new Specimen("volatile_across_the_call", Rule.UNDEFINED_READ, "result",
                        "arguments=next:fn:u64 value:u64\nresult=u64", """
                        push    rbx
                        mov     rbx, rsi
                -       mov     rcx, rsi
                        call    rdi
                -       add     rax, rcx
                +       add     rax, rbx
                        pop     rbx
                        ret"""),
                new Specimen("argument_not_passed_on", Rule.UNDEFINED_READ, "argument 2 in call 1 of report",
                        "arguments=report:fn(u64,u32):void value:u64\nresult=void", """
                        mov     rax, rdi
                        mov     rdi, rsi
                +       mov     esi, 3
                -       mov     esi, r8d
                        jmp     rax"""),
                new Specimen("direction_at_the_call", Rule.DIRECTION_FLAG, "at the call of outside",
                        "arguments=a:u64\nresult=u64\nexternal=outside:u64", """
                        extern outside
                        sub     rsp, 8
                -       std
                        call    outside
                -       cld
                        add     rsp, 8
                        ret"""),
                new Specimen("saved_register_lost", Rule.CALLEE_SAVED, "rbx",
                        "arguments=a:u64\nresult=u64\nexternal=outside:u64", """
                        extern outside
                +       push    rbx
                -       sub     rsp, 8
                        mov     rbx, rdi
                        call    outside
                        add     rax, rbx
                +       pop     rbx
                -       add     rsp, 8
                        ret"""),
                new Specimen("goes_on_behind_noreturn", Rule.STACK_ALIGNMENT, "at the call of fail",
                        "arguments=a:u64{0..3}\nresult=u64\nexternal=fail(u64):noreturn", """
                        extern fail
                        mov     rax, rdi
                        cmp     rdi, 2
                        jb      .done
                +       push    rdi
                        call    fail
                        .done:
                        ret"""),
                new Specimen("depends_on_a_volatile_register_behind_a_pointer", Rule.UNDEFINED_READ, "result",
                        "arguments=a:u64\nresult=u64\nexternal=page:fn(u64):u64", """
                        extern page
                        sub     rsp, 8
                -       mov     r9, 1
                        call    [page]
                +       mov     r9d, 1
                        add     rax, r9
                        add     rsp, 8
                        ret"""),
                new Specimen("misaligned_where_a_variable_says_so", Rule.STACK_ALIGNMENT, "at the call of report",
                        "arguments=a:u64\nresult=u64\nexternal=is_loud:data[1] report:void", """
                        extern is_loud
                        extern report
                        xor     eax, eax
                        cmp     qword [is_loud], 0
                        je      .done
                +       push    rax
                        call    report
                +       pop     rax
                        xor     eax, eax
                        .done:
                        ret"""),
                new Specimen("garbage_in_a_variable", Rule.UNDEFINED_READ, "last[1]",
                        "arguments=a:u64\nresult=void\nexternal=last:data[2]", """
                        extern last
                -       mov     [last + 8], rsi
                +       mov     [last + 8], rdi
                        ret"""),
                new Specimen("second_half_of_the_result", Rule.OUTPUT, "rdx",
                        "instruction=TDCALL\nfaults=none\nrefused=rax\nmask=0xc00\narguments=a:u64\n"
                        + "in=r11:a\nreturns=rdx:r11", """
                        mov     r11, rdi
                        xor     r10d, r10d
                        xor     eax, eax
                        mov     ecx, 0xc00
                        db      0x66, 0x0f, 0x01, 0xcc
                        test    rax, rax
                        cmovz   rax, r10
                        mov     rdx, r11
                -       bswap   rdx
                        xor     r11d, r11d
                        ret"""),
                new Specimen("no_home_space_for_the_callee", Rule.CALLEE_SAVED, "rsi",
                        "convention=ms-x64\narguments=a:u64\nresult=u64\nexternal=outside(u64):u64", """
                        extern outside
                        push    rbx
                        push    rsi
                        push    rdi
                        mov     rbx, rcx
                -       sub     rsp, 16
                +       sub     rsp, 32
                        call    outside
                        add     rax, rbx
                -       add     rsp, 16
                +       add     rsp, 32
                        pop     rdi
                        pop     rsi
                        pop     rbx
                        ret"""),
                new Specimen("value_in_the_home_space_of_the_callee", Rule.UNDEFINED_READ, "result",
                        "convention=ms-x64\narguments=a:u64\nresult=u64\nexternal=outside(u64):u64", """
                        extern outside
                        mov     [rsp + 8], rcx          ; its own
                        sub     rsp, 40
                -       mov     [rsp + 8], rcx
                        call    outside
                -       add     rax, [rsp + 8]
                +       add     rax, [rsp + 48]
                        add     rsp, 40
                        ret"""),
                new Specimen("xmm6_lost_beside_a_callee_that_keeps_it", Rule.CALLEE_SAVED, "xmm6",
                        "convention=ms-x64\narguments=a:u64\nresult=u64\nexternal=outside(u64):u64", """
                        extern outside
                        push    rsi
                        sub     rsp, 48
                +       movups  [rsp + 32], xmm6
                        mov     rsi, rcx
                        movq    xmm6, rcx
                        call    outside
                        movq    rcx, xmm6
                        add     rax, rcx
                        add     rax, rsi
                +       movups  xmm6, [rsp + 32]
                        add     rsp, 48
                        pop     rsi
                        ret"""),
                new Specimen("sixth_argument_one_word_off", Rule.INPUT, "r13",
                        "convention=ms-x64\ninstruction=TDCALL\nfaults=none\nrefused=rax\nmask=0x3c00\n"
                        + "arguments=a:u64 b:u64 c:u64 d:u64 e:u64 f:u64\nin=r11:a r12:e r13:f", """
                        mov     [rsp + 8], rcx
                        mov     [rsp + 32], r9
                        push    r12
                        push    r13
                        mov     r11, rcx
                        mov     r12, [rsp + 16 + 40]
                -       mov     r13, [rsp + 16 + 32]
                +       mov     r13, [rsp + 16 + 48]
                        xor     r10d, r10d
                        xor     eax, eax
                        mov     ecx, 0x3c00
                        db      0x66, 0x0f, 0x01, 0xcc
                        test    rax, rax
                        cmovz   rax, r10
                        xor     r11d, r11d
                        pop     r13
                        pop     r12
                        ret"""),
                new Specimen("eight_bytes_into_four", Rule.MEMORY, "out[1]",
                        "arguments=f:fn():u32 out:out[1xu32]\nresult=void", """
                        push    rsi
                        call    rdi
                        pop     rsi
                -       mov     [rsi], rax
                +       mov     [rsi], eax
                        ret"""),
                new Specimen("second_pointer_forgotten", Rule.OUTPUT, "high[0]",
                        "instruction=TDCALL\nfaults=none\nrefused=rax\nmask=0x1c00\nstored=success\n"
                        + "arguments=a:u64 low:out[1xu32] high:out[1xu32]\nin=r11:10 r12:a\nout=r11 r12", """
                        push    r12
                        push    rsi
                        push    rdx
                        mov     r11d, 10
                        mov     r12, rdi
                        xor     r10d, r10d
                        xor     eax, eax
                        mov     ecx, 0x1c00
                        db      0x66, 0x0f, 0x01, 0xcc
                        pop     rdx
                        pop     rsi
                        test    rax, rax
                        jnz     .end
                        mov     rax, r10
                        test    rax, rax
                        jnz     .end
                        mov     [rsi], r11d
                +       mov     [rdx], r12d
                -       mov     [rsi], r12d
                        .end:
                        pop     r12
                        xor     r11d, r11d
                        ret"""),
                new Specimen("status_in_16_bits", Rule.STATUS, "rax",
                        "instruction=TDCALL\nfaults=none\narguments=a:u64\nin=rax:7 rcx:a\nresult=u32", """
                        mov     eax, 7
                        mov     rcx, rdi
                        db      0x66, 0x0f, 0x01, 0xcc
                -       movzx   eax, ax
                +       mov     eax, eax
                        ret"""),
                new Specimen("report_read_before_it_is_written", Rule.STATUS, "rax",
                        "instruction=TDCALL\nfaults=none\narguments=report:out[4] data:in[1]\n"
                        + "in=rax:4 rcx:report rdx:data[0]\nwrites=report[4]", """
                        mov     rcx, rdi
                        mov     rdx, [rsi]
                -       mov     r8, [rdi]
                        mov     eax, 4
                        db      0x66, 0x0f, 0x01, 0xcc
                -       add     rax, r8
                        ret"""),
                new Specimen("report_cleared_after_it_is_written", Rule.MEMORY, "report[1]",
                        "instruction=TDCALL\nfaults=none\narguments=report:out[4]\n"
                        + "in=rax:4 rcx:report\nwrites=report[4]", """
                        mov     rcx, rdi
                        mov     eax, 4
                        db      0x66, 0x0f, 0x01, 0xcc
                -       mov     qword [rdi + 8], 0
                        ret"""));
    }

    @ParameterizedTest
    @MethodSource("specimens")
    void is_found_by_its_rule_and_its_twin_holds(Specimen specimen) {
        Verdict broken = verify(specimen.broken(), specimen.contract);
        assertThat(broken.findings()).as("%s, seed=%d", broken.findings(), SEED).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(specimen.rule.orElseThrow());
            assertThat(finding.where()).contains(specimen.where);
        });
        Verdict repaired = verify(specimen.repaired(), specimen.contract);
        assertThat(repaired.findings()).as("seed=%d", SEED).isEmpty();
    }

    @Test
    void variables_are_known_by_the_instructions_that_use_them() {
        Verdict verdict = verify("""
                extern flag
                extern page
                extern plain
                push    rbx
                cmp     byte [flag], 0
                je      .end
                call    [page]
                .end:
                call    plain
                pop     rbx
                ret
                """, "arguments=a:u64");

        assertThat(verdict.findings()).as("seed=%d", SEED).isEmpty();
        assertThat(verdict.assumed()).containsExactlyInAnyOrder("calls *page, which returned a random value",
                "calls plain, which returned a random value");
    }

    /// RSP is a multiple of 8 in a kernel, and of 16 elsewhere; a contract may say so.
    @Test
    void the_stack_is_aligned_as_code_of_its_kind_has_it() {
        String call = "extern outside\ncall outside\n%s\nsection %s\nnop\n";

        assertThat(verify(call.formatted("ret", ".data"), "external=outside:void").findings())
                .extracting(Finding::rule).contains(Rule.STACK_ALIGNMENT);
        assertThat(verify(call.formatted("ret", ".data"), "external=outside:void\nstack=8").holds()).isTrue();
        assertThat(verify(call.formatted("ret", ".noinstr.text"), "external=outside:void").holds()).isTrue();
        assertThat(verify("extern __x86_return_thunk\n" + call.formatted("jmp __x86_return_thunk", ".data"),
                "external=outside:void").holds()).isTrue();
        assertThat(verify(call.formatted("ret", ".noinstr.text"), "external=outside:void\nstack=16").findings())
                .extracting(Finding::rule).contains(Rule.STACK_ALIGNMENT);
    }

    @Test
    void arguments_are_looked_at_in_the_registers_of_the_convention() {
        String swapped = "extern outside\nsub rsp, 40\nxchg rcx, rdx\n%s\ncall outside\nadd rsp, 40\nret\n";
        String contract = "convention=ms-x64\narguments=a:u64 b:u64\nexternal=outside(u64,u8)";

        assertThat(verify(swapped.formatted(""), contract).holds()).isTrue();
        assertThat(verify(swapped.formatted("mov rdx, r9"), contract).findings()).extracting(Finding::where)
                .containsExactly("argument 2 in call 1 of outside");
        assertThat(verify(swapped.formatted("mov r8, r9"), contract).holds()).isTrue();
    }

    /// No contract names it: nothing follows its call.
    @Test
    void a_call_that_nothing_follows_does_not_return() {
        Verdict verdict = verify("""
                extern stop
                mov     rax, rdi
                test    rax, rax
                js      .bad
                ret
                .bad:
                push    rbx
                call    stop
                ud2
                """, "arguments=a:u64\nresult=u64");

        assertThat(verdict.findings()).as("seed=%d", SEED).isEmpty();
        assertThat(verdict.assumed()).containsExactly("calls stop, which does not return");
    }

    /// The answer instead of a status, and nothing at all.
    @Test
    void a_wrapper_may_return_an_output_alone() {
        String wrapper = """
                mov     r11, rdi
                xor     r10d, r10d
                xor     eax, eax
                mov     ecx, 0xc00
                db      0x66, 0x0f, 0x01, 0xcc
                test    rax, rax
                jnz     .bad
                mov     rax, %s
                xor     r11d, r11d
                ret
                .bad:
                ud2
                """;
        String contract = "instruction=TDCALL\nfaults=none\narguments=a:u64\nin=r11:a\nmask=0xc00\n";

        assertThat(verify(wrapper.formatted("r11"), contract + "result=r11").findings()).isEmpty();
        assertThat(verify(wrapper.formatted("r10"), contract + "result=r11").findings()).extracting(Finding::rule)
                .contains(Rule.OUTPUT);
        assertThat(verify(wrapper.formatted("rcx"), contract + "result=void").findings()).isEmpty();
    }

    /// A failure that only a function outside hears of is told from success; one that nobody hears of is not.
    @Test
    void a_failure_may_be_told_to_a_function_outside() {
        String wrapper = """
                extern report
                extern stop
                vmwrite rdi, rsi
                jna     .failed
                xor     eax, eax
                ret
                .failed:
                %s
                xor     eax, eax
                ret
                """;
        String contract = "instruction=VMWRITE\nexecutes=VMWRITE(field:a,value:b)\narguments=a:u64 b:u64\n"
                + "result=u64\nfaults=none\nexternal=report:void stop:noreturn";

        assertThat(verify(wrapper.formatted("sub rsp, 8\ncall report\nadd rsp, 8"), contract).findings())
                .as("seed=%d", SEED).isEmpty();
        assertThat(verify(wrapper.formatted("sub rsp, 8\ncall stop"), contract).findings()).isEmpty();
        assertThat(verify(wrapper.formatted("nop"), contract).findings()).extracting(Finding::rule)
                .contains(Rule.STATUS);
    }

    /// A function that does not return is one way to stop when the module refuses the call, and none on success.
    @Test
    void a_function_that_does_not_return_is_an_outcome() {
        String wrapper = """
                extern fail
                push    rbx
                mov     eax, 0
                mov     r10d, 0
                mov     r11, rdi
                mov     ecx, 0xc00
                db      0x66, 0x0f, 0x01, 0xcc
                xor     r11d, r11d
                test    rax, rax
                j%s     .fail
                mov     rax, r10
                pop     rbx
                ret
                .fail:
                call    fail
                """;
        String contract = "instruction=TDCALL\nfaults=none\narguments=a:u64\nin=r11:a\nmask=0xc00\n"
                + "external=fail:noreturn";

        assertThat(verify(wrapper.formatted("nz"), contract).findings()).as("seed=%d", SEED).isEmpty();
        assertThat(verify(wrapper.formatted("z"), contract).findings()).anySatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(Rule.STATUS);
            assertThat(finding.where()).isEqualTo("called fail, which does not return");
        });
        assertThat(verify(wrapper.formatted("nz"), contract + "\nrefused=rax").findings())
                .extracting(Finding::where).containsOnly("called fail, which does not return");
    }

    private Verdict verify(String text, String contract) {
        return verify(text, Contract.parse("symbol=routine\n" + contract));
    }

    private Verdict verify(String text, Contract contract) {
        Path source = directory.resolve("routine.asm");
        try {
            Files.writeString(source, "default rel\nglobal routine\nsection .text\nroutine:\n" + text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (ForeignObject object = ForeignObject.load(List.of(source), List.of(),
                External.variables(contract.externals()))) {
            Bridge bridge = ObjectTraps.install(object);
            return new Verifier(Image.shim(), SEED, 20).verify(new Target(object.code("routine"), contract, bridge,
                    object::reset,
                    ObjectTraps.attach(object, Image.shim(), External.functions(contract.externals())), object));
        }
    }
}
