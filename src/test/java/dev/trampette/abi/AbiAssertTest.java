package dev.trampette.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.contract.Contract;
import dev.trampette.support.MachineCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// No false alarm on functions that nobody here wrote.
class AbiAssertTest {

    private static final Path FUNCTIONS = Path.of("src/test/resources/functions.txt");

    private static final SymbolLookup LIBM = SymbolLookup.libraryLookup("libm.so.6", Arena.global())
            .or(Linker.nativeLinker().defaultLookup());

    @ParameterizedTest
    @MethodSource
    void functions_of_the_c_library_hold(String line) {
        String[] columns = line.split("\\|", -1);
        String name = columns[0].strip();
        MemorySegment function = LIBM.findOrThrow(name);
        String result = columns[2].strip();

        AbiAssert.assertHolds(function, Contract.parse("symbol=%s\narguments=%s%s".formatted(name, columns[1].strip(),
                result.isEmpty() ? "" : "\nresult=" + result)));
    }

    static List<String> functions_of_the_c_library_hold() throws IOException {
        return Files.readAllLines(FUNCTIONS).stream().filter(line -> !line.startsWith("#")).toList();
    }

    private static void assertBroken(String contract, String code, String message) {
        assertThatThrownBy(() -> AbiAssert.assertHolds(MachineCode.of(code), Contract.parse(contract)))
                .isInstanceOf(AssertionError.class).hasMessageContaining(message)
                .hasMessageContaining("replay with -Dtrampette.seed=");
    }

    @Test
    void what_is_broken_is_named() {
        assertBroken("symbol=f", "xor ebx, ebx\nret", "f: callee-saved: rbx");
        assertBroken("symbol=f\nresult=u64", "mov rax, rcx\nret", "f: undefined-read: result");
        assertBroken("symbol=f\narguments=x:u8\nresult=u32", "mov eax, edi\nret", "f: narrow-argument: result");
        assertBroken("symbol=f\narguments=x:f32\nresult=u64", "movq rax, xmm0\nret", "f: narrow-argument: result");
        assertBroken("symbol=f\nconvention=registers\narguments=rdi:u64\nleft=rcx", "mov rcx, [rsp + 8]\nret",
                "f: undefined-read: rcx");
    }

    /// What two values have in common is not changed by a complement of both.
    @Test
    void what_is_between_two_values_is_seen() {
        assertBroken("symbol=f\narguments=a:u8 b:u8\nresult=u32", "xor eax, eax\ncmp rdi, rsi\nsete al\nret",
                "f: narrow-argument: result");
        assertBroken("symbol=f\narguments=a:u32 b:u32\nresult=u64", "mov rax, rdi\nxor rax, rsi\nret",
                "f: narrow-argument: result");
        assertBroken("symbol=f\nresult=u64", "mov rax, r10\nxor rax, r11\nret", "f: undefined-read: result");
        assertBroken("symbol=f\nresult=u64", "mov rax, [rsp - 64]\nxor rax, [rsp - 72]\nret",
                "f: undefined-read: result");
        assertBroken("symbol=f\nresult=u8", "setc al\nsetz dl\nxor al, dl\nret", "f: undefined-read: result");
    }

    @Test
    void reads_beside_a_buffer_and_of_an_output_are_seen() {
        assertBroken("symbol=f\narguments=d:in[8]\nresult=u64", "mov rax, [rdi + 64]\nret",
                "f: undefined-read: result");
        assertBroken("symbol=f\narguments=d:in[8]\nresult=u64", "mov rax, [rdi - 8]\nret",
                "f: undefined-read: result");
        assertBroken("symbol=f\narguments=o:out[1]\nresult=u64", "mov rax, [rdi]\nret", "f: undefined-read: result");
        assertBroken("symbol=f\narguments=o:out[1] v:u64", "add [rdi], rsi\nret", "f: undefined-read: o[0]");
        AbiAssert.assertHolds(MachineCode.of("add [rdi], rsi\nret"), Contract.parse(
                "symbol=f\narguments=o:inout[1] v:u64"));
        AbiAssert.assertHolds(MachineCode.of("mov [rdi], esi\nret"), Contract.parse(
                "symbol=f\narguments=o:out[2] v:u64"));
    }

    /// The mode of rounding is the caller's, and what is computed depends on it.
    @Test
    void floating_point_behind_a_pointer_is_no_alarm() {
        AbiAssert.assertHolds(MachineCode.of("cvtsi2sd xmm0, rdi\nmovq rax, xmm0\nret"), Contract.parse(
                "symbol=f\narguments=x:u64\nresult=u64"));
    }

    @Test
    void what_the_c_library_aborts_is_a_finding() {
        MemorySegment abort = LIBM.findOrThrow("abort");

        assertThatThrownBy(() -> AbiAssert.assertHolds(abort, Contract.parse("symbol=abort")))
                .isInstanceOf(AssertionError.class).hasMessageContaining("abort: crash: SIGABRT, abort()");
    }

    @Test
    void a_large_frame_overflows_the_stack() {
        assertBroken("symbol=f", "sub rsp, 300000\npush rax\nret", "f: crash: stack overflow");
        assertBroken("symbol=f", "lea rdi, [rsp - 344000]\nmov ecx, 500\nrep stosq\nret", "f: crash: stack overflow");
    }

    @Test
    void an_address_that_is_none_is_named() {
        assertThatThrownBy(() -> AbiAssert.assertHolds(MemorySegment.ofAddress(0x8000000000000000L),
                Contract.parse("symbol=f"))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("jump to 0x8000000000000000, where no code is");
    }

    /// A buffer that is overwritten as a whole: some words are named, and the message can be read.
    @Test
    void many_findings_are_cut_short() {
        assertThatThrownBy(() -> AbiAssert.assertHolds(MachineCode.of("xor eax, eax\nmov ecx, 512\nrep stosq\nret"),
                Contract.parse("symbol=f\narguments=d:in[512]"))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("f: memory: other places too").message().hasSizeLessThan(5000);
    }

    @Test
    void a_result_may_be_in_another_register() {
        AbiAssert.assertHolds(MachineCode.of("mov rdx, rdi\nret"), Contract.parse(
                "symbol=f\nconvention=registers\narguments=rdi:u64\nstatus=rdx\nresult=u64"));
    }

    /// A counter is no function of its arguments, and has none that could be narrow.
    @Test
    void state_is_not_an_argument() {
        String counter = "inc dword [count]\nmov eax, [count]\nret\nalign 8\ncount: dd 0";

        assertBroken("symbol=f\nresult=u32", counter, "f: undefined-read: result, called with the same values");
        assertThatThrownBy(() -> AbiAssert.assertHolds(MachineCode.of(counter), Contract.parse("symbol=f\nresult=u32")))
                .message().doesNotContain("narrow");
    }

    /// Far behind a buffer there is a page that nobody may touch, and not somebody else's memory.
    @Test
    void an_overrun_does_not_end_the_jvm() {
        assertBroken("symbol=f\narguments=d:out[8]", "mov qword [rdi + 64], 0\nret", "f: memory: d[8]");
        assertBroken("symbol=f\narguments=d:out[8]", "mov qword [rdi - 520], 0\nmov qword [rdi + 64 + 512], 0\nret",
                "f: crash: SIGSEGV");
    }

    /// Once in 65,536 calls: what only a batch sees.
    @Test
    void a_rare_write_beside_a_buffer_is_seen() {
        assertBroken("symbol=f\narguments=d:in[8] i:u64", """
                    movzx   eax, si
                    and     eax, 0xfff
                    cmp     eax, 0x5a5
                    jne     .holds
                    mov     qword [rdi + 64], 0
                .holds: ret
                """, "f: memory: d[8]");
    }

    private static final String MS = "symbol=f\nconvention=ms-x64\n";

    /// Firmware: the home space and the words of the arguments are the callee's, and more comes back than under SysV.
    @Test
    void firmware_that_uses_what_is_its_own_is_no_alarm() {
        AbiAssert.assertHolds(MachineCode.of("""
                    mov     [rsp + 8], rcx
                    mov     [rsp + 16], rdx
                    mov     [rsp + 24], r8
                    mov     [rsp + 32], r9
                    mov     rax, [rsp + 40]
                    mov     [rsp + 40], rcx
                    add     rax, [rsp + 8]
                    add     rax, [rsp + 16]
                    sub     rax, [rsp + 24]
                    xor     rax, [rsp + 32]
                    ret
                """), Contract.parse(MS + "arguments=a:u64 b:u64 c:u64 d:u64 e:u64\nresult=u64"));
        AbiAssert.assertHolds(MachineCode.of("""
                    mov     [rsp + 8], rsi
                    mov     [rsp + 16], rdi
                    sub     rsp, 24
                    movups  [rsp], xmm6
                    mov     rsi, rcx
                    mov     edi, edx
                    cvtsi2sd xmm6, rdi
                    addsd   xmm6, xmm2
                    movsd   [rsi], xmm6
                    movups  xmm6, [rsp]
                    add     rsp, 24
                    mov     rsi, [rsp + 8]
                    mov     rdi, [rsp + 16]
                    pxor    xmm0, xmm0
                    pxor    xmm5, xmm5
                    ret
                """), Contract.parse(MS + "arguments=o:out[1] n:u32 x:f64"));
        AbiAssert.assertHolds(MachineCode.of("""
                    push    rbx
                    sub     rsp, 32                 ; home space of a callee
                    mov     rbx, rcx
                    call    .callee
                    add     rax, rbx
                    add     rsp, 32
                    pop     rbx
                    ret
                .callee:
                    mov     [rsp + 8], rdx
                    mov     rax, [rsp + 8]
                    ret
                """), Contract.parse(MS + "arguments=a:u64 b:u64\nresult=u64"));
    }

    @Test
    void firmware_that_uses_what_is_not_its_own_is_named() {
        String one = MS + "arguments=a:u64\nresult=u64";

        assertBroken(one, "mov rax, rcx\nmov [rsp + 40], rcx\nret", "f: stack-write: the caller's frame at [rsp + 40]");
        assertBroken(one, "mov rax, rcx\nxor esi, esi\nret", "f: callee-saved: rsi");
        assertBroken(one, "mov rax, rcx\npxor xmm15, xmm15\nret", "f: callee-saved: xmm15");
        assertBroken(one, "mov rax, [rsp + 8]\nret", "f: undefined-read: result");
    }

    @Test
    void there_are_a_hundred_at_least() throws IOException {
        assertThat(functions_of_the_c_library_hold()).hasSizeGreaterThanOrEqualTo(100);
    }
}
