package dev.trampette.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.contract.Contract;
import dev.trampette.probe.Vectors;
import dev.trampette.support.Judged;
import dev.trampette.support.MachineCode;
import dev.trampette.verdict.Finding;
import dev.trampette.verdict.Rule;
import dev.trampette.verdict.Verdict;
import java.lang.foreign.Linker;
import org.junit.jupiter.api.Test;

/// What a finding says of the call that broke something, and how often the call is made.
class SituationTest {

    private static Verdict verdict(String contract, String code) {
        return Judged.of(MachineCode.of(code), Contract.parse("symbol=f\n" + contract), 11, 200);
    }

    @Test
    void arguments_and_places_of_buffers_are_said() {
        Verdict verdict = verdict("arguments=d:out[n bytes] s:string[9] x:f64{1..1} n:u64{5..5} p:in[2]? e:in[1]\n",
                "mov byte [rdi + rdx], 1\nret");

        assertThat(verdict.findings()).filteredOn(finding -> finding.rule() == Rule.MEMORY).first()
                .satisfies(finding -> assertThat(finding.toString()).containsPattern(
                        "    with     d = 5 bytes at 0x\\p{XDigit}+, a multiple of \\d+"
                        + "\n             s = \\d bytes? at 0x\\p{XDigit}+, .*: \".*\""
                        + "\n             x = 1.0\n             n = 5\n             p = 2 words at "));
        assertThat(verdict.findings()).filteredOn(finding -> finding.rule() == Rule.CRASH).first()
                .satisfies(finding -> assertThat(finding.situation().getFirst())
                        .endsWith(", before a page that nobody may touch"));
    }

    @Test
    void a_null_pointer_and_a_buffer_of_zeros_are_said() {
        assertThat(verdict("arguments=p:in[2]?", "mov rax, [rdi]\nret").findings()).first().satisfies(finding ->
                assertThat(finding.situation()).containsExactly("p = NULL"));
        assertThat(verdict("arguments=p:in[2]", "cmp qword [rdi], 0\nsete cl\nneg cl\nand bl, cl\nret").findings())
                .isNotEmpty();
        assertThat(verdict("arguments=p:in[2]", "mov eax, 1\nxor edx, edx\ndiv qword [rdi]\nret").findings()).first()
                .satisfies(finding -> assertThat(finding.situation().getFirst()).endsWith(", all of it 0"));
    }

    @Test
    void another_mode_of_rounding_is_said() {
        assertThat(verdict("arguments=x:f64", "stmxcsr [rsp - 8]\ntest dword [rsp - 8], 0x6000\njz .usual\n"
                + "xor ebx, ebx\n.usual: ret").findings()).first().satisfies(finding ->
                assertThat(finding.situation()).contains("MXCSR and x87 set to round towards 0"));
    }

    @Test
    void a_crash_is_repeated_a_few_times() {
        assertThat(verdict("arguments=p:in[2]", "ud2").calls()).isBetween(2L, 30L);
        assertThat(verdict("arguments=p:in[2]?", "test rdi, rdi\njz .null\nret\n.null: ud2").calls())
                .isGreaterThan(400);
    }

    /// Not the place in the C library, of which nobody knows the instructions.
    @Test
    void a_crash_in_the_c_library_is_at_its_caller() {
        long memset = Linker.nativeLinker().defaultLookup().findOrThrow("memset").address();

        assertThat(verdict("arguments=d:out[n bytes] c:u32 n:u64{1..99}",
                "sub rsp, 8\nadd rdx, 9000\nmov rax, 0x%x\ncall rax\nadd rsp, 8\nret".formatted(memset)).findings())
                .filteredOn(finding -> finding.rule() == Rule.CRASH).singleElement().satisfies(finding -> {
                    assertThat(finding.at()).contains("f+0x15");
                    assertThat(finding.where()).contains("SIGSEGV").contains(", in libc.so.6+0x");
                });
    }

    /// What follows from a length of which the upper half counts is not told beside it.
    @Test
    void a_narrow_argument_is_the_only_finding() {
        String sum = "xor eax, eax\n.next: test %s, %s\njz .done\nmovzx ecx, byte [rdi + rsi - 1]\nadd rax, rcx\n"
                + "dec rsi\njmp .next\n.done: ret";
        String contract = "arguments=p:in[n bytes] n:u32\nresult=u64";

        assertThat(verdict(contract, sum.formatted("rsi", "rsi")).findings()).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(Rule.NARROW_ARGUMENT);
            assertThat(finding.where()).isEqualTo("crash at f+0x7, not with 0 above n");
        });
        assertThat(verdict(contract, "mov esi, esi\n" + sum.formatted("rsi", "rsi")).holds()).isTrue();
        assertThat(verdict("arguments=n:u32", "test rdi, rdi\njns .yes\nxor ebx, ebx\n.yes: ret").findings())
                .singleElement().satisfies(finding -> assertThat(finding.where())
                        .isEqualTo("callee-saved of rbx, not with 0 above n"));
    }

    /// One of 4,096 values above it is met in a batch.
    @Test
    void a_narrow_argument_in_a_batch() {
        String code = "mov rax, rdi\nshr rax, 52\njnz .fine\n%s\nmov rax, rdi\nshr rax, 32\njz .fine\nud2\n.fine: ret";

        assertThat(verdict("arguments=n:u32", code.formatted("")).findings()).isNotEmpty().allSatisfy(finding ->
                assertThat(finding.rule()).isEqualTo(Rule.NARROW_ARGUMENT));
        assertThat(verdict("arguments=n:u32", code.formatted("mov edi, edi")).holds()).isTrue();
    }

    /// Advice is left where 0 is above the argument: that is no reason to tell the crash.
    @Test
    void beside_a_narrow_argument_there_is_advice() {
        assumeTrue(Vectors.available().compareTo(Vectors.YMM) >= 0);
        String contract = "arguments=p:in[4] n:u32{0..3}\nresult=u64";
        String code = "vcmpps ymm1, ymm1, ymm1, 15\n%s\nmov rax, [rdi + rsi * 8]\nret";

        assertThat(verdict(contract, code.formatted("")).findings()).extracting(Finding::rule)
                .contains(Rule.NARROW_ARGUMENT, Rule.VECTOR_STATE).doesNotContain(Rule.CRASH);
        assertThat(verdict(contract, code.formatted("mov esi, esi")).findings()).extracting(Finding::rule)
                .containsOnly(Rule.VECTOR_STATE);
    }
}
