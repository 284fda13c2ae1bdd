package dev.trampette.crossing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.image.Code;
import dev.trampette.image.Image;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.Vectors;
import dev.trampette.spec.Gpr;
import dev.trampette.support.MachineCode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a crash is called, and where it is said to be.
class FaultTest {

    private static final String WILD = "0x8807060504030201";

    @TempDir
    private Path directory;

    private final Probe probe = new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());

    private WrapperCrash crash(String source) {
        assumeTrue(!source.contains("vmov") || Vectors.available().compareTo(Vectors.YMM) >= 0, "needs AVX");
        probe.before().set(Gpr.RDI, 0x8807060504030201L);
        return crash(MachineCode.of(source.replace("; ", "\n")));
    }

    private WrapperCrash crash(MemorySegment routine) {
        return catchThrowableOfType(WrapperCrash.class, () -> probe.call(routine));
    }

    private WrapperCrash crash(String name, MemorySegment routine) {
        return catchThrowableOfType(WrapperCrash.class, () -> probe.call(new Code(name, routine.reinterpret(0))));
    }

    /// RDI holds an address that is not canonical.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "xor eax, eax; mov rax, [rax] | SIGNAL | SIGSEGV (address 0x0) at routine+0x2",
        "mov rax, [rdi] | SIGNAL | general protection, the address " + WILD + " is not canonical at routine+0x0",
        "mov eax, [rdi + 8] | SIGNAL | general protection, the address 0x8807060504030209 is not canonical",
        "xor eax, eax; mov [rax + rdi - 0x100], cl | SIGNAL | general protection, the address 0x8807060504030101 is",
        "mov r12, rdi; mov r8d, 2; add [r12 + r8 * 4], r9 | SIGNAL | general protection, the address "
                + "0x8807060504030209 is not canonical at routine+0x9",
        "vmovups ymm0, [rdi] | SIGNAL | general protection, the address " + WILD + " is not canonical at routine+0x0",
        "hlt | SIGNAL | general protection, HLT is privileged at routine+0x0",
        "nop; cli | SIGNAL | general protection, CLI is privileged at routine+0x1",
        "sti | SIGNAL | general protection, STI is privileged at routine+0x0",
        "rdmsr | SIGNAL | general protection, RDMSR is privileged at routine+0x0",
        "in al, dx | SIGNAL | general protection, IN is privileged at routine+0x0",
        "mov rax, cr3 | SIGNAL | general protection, MOV CR is privileged at routine+0x0",
        "lgdt [rsp] | SIGNAL | general protection, LGDT is privileged at routine+0x0",
        "swapgs | SIGNAL | general protection, SWAPGS is privileged at routine+0x0",
        "mov rsp, rdi; push rax | SIGNAL | SIGBUS, stack fault, [rsp] or [rbp]: rsp=" + WILD,
        "jmp rdi | JUMP | general protection, jump to " + WILD + ", where no code is: not canonical at routine+0x0",
        "push rdi; jmp [rsp] | JUMP | general protection, jump to " + WILD + ", where no code is: not canonical",
        "mov eax, 0x10; jmp rax | JUMP | SIGSEGV, jump to 0x10, where no code is at 0x10",
        "push rdi; ret | WILD_RETURN | RSP is off by -8 at the RET, which goes to " + WILD + " at routine+0x1",
        "push 0x10; ret | WILD_RETURN | RSP is off by -8 at the RET, which goes to 0x10 at the return",
        "mov [rsp + 24], rdi; add rsp, 24; ret | WILD_RETURN | RSP is off by +24 at the RET, which goes to " + WILD,
        "mov [rsp], rdi; ret | JUMP | SIGSEGV, RET to " + WILD + ", where no code is: the return address was "
                + "overwritten at routine+0x4",
        "db 0x66, 0x0f, 0x01, 0xcc | SIGNAL | a real TDCALL was executed: SIG",
        "nop; db 0x66, 0x0f, 0x01, 0xcf | SIGNAL | a real SEAMCALL was executed: SIG",
        "vmread rax, rdi | SIGNAL | a real VMREAD was executed: SIG",
        "vmresume | SIGNAL | a real VMRESUME was executed: SIG",
        "vmclear [rsp] | SIGNAL | a real VMCLEAR was executed: SIG",
        "vmptrld [rsp] | SIGNAL | a real VMPTRLD was executed: SIG",
        "invept rax, [rsp] | SIGNAL | a real INVEPT was executed: SIG",
        "ud2 | PANIC | the wrapper panicked (UD2) at routine+0x0",
        "db 0x06 | SIGNAL | SIGILL, no valid instruction at routine+0x0",
        "xor eax, eax; cdq; xor ecx, ecx; div ecx | SIGNAL | SIGFPE, divide error at routine+0x5",
    })
    void a_crash_is_named_by_its_cause(String source, WrapperCrash.Kind kind, String message) {
        WrapperCrash crash = crash(source);

        assertThat(crash).hasMessageStartingWith(message);
        assertThat(crash.kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "movaps xmm0, [rsp] | 16", "movdqa [rsp], xmm3 | 16", "addps xmm0, [rsp] | 16", "vmovaps ymm0, [rsp] | 32",
        "lea r13, [rsp - 1]; vmovdqa ymm1, [r13 + 1] | 32", "vmovntdq [rsp], xmm1 | 16", "fxsave [rsp - 1024] | 16"
    })
    void a_misaligned_vector_access(String source, int alignment) {
        assertThat(crash("sub rsp, 4; " + source)).hasMessageMatching(
                "general protection, misaligned vector access, address 0x[0-9a-f]+, alignment " + alignment
                        + " at routine\\+0x.*");
    }

    @Test
    void a_displacement_that_counts_vectors() {
        assumeTrue(probe.available() == Vectors.ZMM);
        long rsp = probe.stack().address() + probe.stack().byteSize() - 8;

        assertThat(crash("and rsp, -64; sub rsp, 4; vmovaps zmm0, [rsp - 128]")).hasMessageContaining(
                "misaligned vector access, address 0x%x, alignment 64".formatted((rsp & -64) - 4 - 128));
    }

    /// Far behind the entry, and in other pages: no name, for nobody knows whose code that is.
    @Test
    void code_that_is_not_behind_the_entry_has_no_name() {
        MemorySegment far = MachineCode.of("xor esi, esi\nlodsb");
        probe.before().set(Gpr.RDI, far.address());

        assertThat(crash("nop; call rdi").place()).matches("routine\\+0x[0-9a-f]+|0x[0-9a-f]+");
        assertThat(crash("mine", MachineCode.of("nop\nud2")).place()).isEqualTo("mine+0x1");
    }

    /// A function that is exported, one behind it that is not, and code without a symbol.
    @Test
    void code_of_a_library_is_named_from_the_entry() throws Exception {
        Path source = Files.writeString(directory.resolve("library.c"), """
                __attribute__((noinline, noclone)) static void local(volatile int *p) { *p = 1; __builtin_trap(); }
                int exported(void) { __builtin_trap(); }
                int calls(void *p) { local(p); return 1; }
                extern int bare(void);
                __asm__(".text\\n.globl bare\\nbare: nop\\nhlt\\nret\\n");
                int outer(void) { return exported() + 1; }
                """);
        Path library = directory.resolve("library.so");
        try {
            assertThat(new ProcessBuilder("gcc", "-O1", "-fno-inline", "-shared", "-fPIC", "-Wl,-Bsymbolic", "-o",
                    library.toString(), source.toString()).inheritIO().start().waitFor()).isZero();
        } catch (IOException e) {
            assumeTrue(false, "no C compiler here");
        }
        SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());

        assertThat(crash("exported", symbols.findOrThrow("exported"))).isInstanceOf(WrapperPanic.class)
                .hasMessageMatching(".*at exported\\+0x[0-9a-f]+");
        assertThat(crash("outer", symbols.findOrThrow("outer"))).isNotInstanceOf(WrapperPanic.class)
                .hasMessageMatching("UD2, SIGILL at exported\\+0x[0-9a-f]+");
        assertThat(crash("bare", symbols.findOrThrow("bare")))
                .hasMessage("general protection, HLT is privileged at bare+0x1");
        probe.before().set(Gpr.RDI, probe.stack().address());
        assertThat(crash("calls", symbols.findOrThrow("calls"))).isNotInstanceOf(WrapperPanic.class)
                .hasMessageMatching("UD2, SIGILL at (library.so|local|calls)\\+0x[0-9a-f]+");
    }

    /// The runtime's own functions have no symbol; the file from which they were loaded is gone.
    @Test
    void no_place_is_named_by_a_file_that_is_gone() {
        assertThat(Image.locate(Image.shim().address("enter").address() - 1)).startsWith("shim image+0x");
    }
}
