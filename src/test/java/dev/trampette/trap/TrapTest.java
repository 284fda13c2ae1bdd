package dev.trampette.trap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.trampette.call.WrapperCrash;
import dev.trampette.call.WrapperPanic;
import dev.trampette.crossing.Crossing;
import dev.trampette.image.Image;
import dev.trampette.image.Pages;
import dev.trampette.probe.Batch;
import dev.trampette.probe.Features;
import dev.trampette.probe.Mapping;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.State;
import dev.trampette.shim.Bridge;
import dev.trampette.shim.FixUp;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.TrapSite;
import dev.trampette.shim.vmx.VmxUnit;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.support.Disturbance;
import dev.trampette.support.MachineCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Real instructions reach a shim by a signal, and the routine notices nothing.
@Timeout(120)
class TrapTest {

    private static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());
    private static final String TDCALL = "db 0x66, 0x0f, 0x01, 0xcc\n";

    private static final AtomicInteger COPIES = new AtomicInteger();

    private final Random random = new Random(SEED);
    private final Script script = Script.of(Image.shim(), Arena.ofAuto());

    TrapTest() {
        script.clear();
    }

    /// A copy of a routine with traps in it.
    private static MemorySegment trapped(String source, List<TrapSite> sites) {
        MemorySegment code = MachineCode.of("; copy %d\n".formatted(COPIES.incrementAndGet()) + source);
        List<TrapSite> found = TrapSites.find(code.toArray(JAVA_BYTE), code.address(), List.of());
        TrapSites.replace(found, code, code.address());
        sites.addAll(found);
        return code;
    }

    private static void set(Probe probe, List<TrapSite> sites, List<FixUp> fixUps) {
        probe.setBridge(new Bridge.Trap(sites, fixUps), Arena.ofAuto());
    }

    private Probe probe(List<TrapSite> sites) {
        Probe probe = new Probe(script, Arena.ofAuto());
        set(probe, sites, List.of());
        fill(probe);
        return probe;
    }

    private Probe probe(Shim shim, List<TrapSite> sites) {
        Probe probe = new Probe(Crossing.to(Image.shim(), shim, Arena.ofAuto()));
        set(probe, sites, List.of());
        fill(probe);
        return probe;
    }

    private void fill(Probe probe) {
        for (Gpr register : Gpr.values()) {
            probe.before().set(register, random.nextLong());
        }
    }

    /// Call a routine whose instructions were replaced.
    private Probe call(String source) {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(source, sites);
        Probe probe = probe(sites);
        probe.call(code);
        return probe;
    }

    @Test
    void every_register_flag_and_vector_is_as_it_was() {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(TDCALL + "ret", sites);
        Probe probe = probe(sites);
        script.answer(0).flags(Registers.ZF | Registers.CF);
        probe.before().setRflags(Registers.DF | Registers.AC | Registers.ID);
        for (int word = 0; word < 32 * State.LANES; word++) {
            probe.stateBefore().setVector(word / State.LANES, word % State.LANES, random.nextLong());
        }
        script.recordVectors(probe.available());
        probe.call(code);

        Registers at = script.execution(0).registers();
        for (Gpr register : Gpr.values()) {
            if (register != Gpr.RSP) {
                assertThat(at.get(register)).as(register + " at the instruction").isEqualTo(
                        probe.before().get(register));
                assertThat(probe.after().get(register)).as(register.toString()).isEqualTo(
                        probe.before().get(register));
            }
        }
        assertThat(at.get(Gpr.RSP)).isEqualTo(probe.before().get(Gpr.RSP) - 8);
        assertThat(probe.after().get(Gpr.RSP)).isEqualTo(probe.before().get(Gpr.RSP));
        assertThat(at.rflags()).isEqualTo(Registers.DF | Registers.AC | Registers.ID | 0x202);
        assertThat(probe.after().rflags()).isEqualTo(
                Registers.DF | Registers.AC | Registers.ID | Registers.ZF | Registers.CF | 0x202);
        assertThat(at.rip()).isEqualTo(code.address());
        assertThat(at.next()).isEqualTo(code.address() + 4);
        assertThat(at.instruction()).isEqualTo(Instruction.TDCALL);
        for (int vector = 0; vector < probe.available().registers(); vector++) {
            for (int lane = 0; lane < probe.available().lanes(); lane++) {
                assertThat(script.firstState().vector(vector, lane)).as("vector %d", vector)
                        .isEqualTo(probe.stateBefore().vector(vector, lane));
                assertThat(probe.stateAfter().vector(vector, lane)).as("vector %d", vector)
                        .isEqualTo(probe.stateBefore().vector(vector, lane));
            }
        }
        assertThat(probe.stateAfter().mxcsr()).isEqualTo(probe.stateBefore().mxcsr());
    }

    @Test
    void an_answer_comes_in_registers_and_flags() {
        script.answer(0).write(Gpr.RAX, 1).write(Gpr.R11, 2).write(Gpr.RBP, 3).flags(Registers.CF);
        script.answer(1).write(Gpr.RAX, 4).flags(0);
        Probe probe = call(TDCALL + "setc bl\nmov rcx, rax\n" + TDCALL + "setc bh\nret");

        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(4);
        assertThat(probe.after().get(Gpr.RCX)).isEqualTo(1);
        assertThat(probe.after().get(Gpr.R11)).isEqualTo(2);
        assertThat(probe.after().get(Gpr.RBP)).isEqualTo(3);
        assertThat(probe.after().get(Gpr.RBX) & 0xffff).isEqualTo(1);
        assertThat(script.executions()).isEqualTo(2);
    }

    /// All 128 bytes: nothing is pushed.
    @Test
    void the_red_zone_is_the_routines() {
        String source = "lea rdx, [rsp - 128]\nmov rcx, 16\n.next: mov [rdx + rcx * 8 - 8], rcx\nloop .next\n" + TDCALL
                + "xor eax, eax\nmov ecx, 16\n.look: mov r8, [rdx + rcx * 8 - 8]\n"
                + "cmp r8, rcx\nsetne r9b\nadd al, r9b\nloop .look\nmovzx eax, al\nret";
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(source, sites);
        Probe inJava = probe(_ -> { }, sites);
        inJava.call(code);
        for (int word = 0; word < Script.RED_ZONE_WORDS; word++) {
            script.setRedZone(word, -1);
        }
        Probe interrupted = probe(sites);
        interrupted.call(code);

        assertThat(inJava.after().get(Gpr.RAX)).isZero();
        assertThat(interrupted.after().get(Gpr.RAX)).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1234", "0x7000000000000003", "0", "-1"})
    void rsp_may_point_to_nowhere(String rsp) {
        Probe probe = call("mov rbx, rsp\nmov rsp, %s\n%smov rcx, rsp\nmov rsp, rbx\nret".formatted(rsp, TDCALL));

        assertThat(probe.after().get(Gpr.RCX)).isEqualTo(Long.decode(rsp));
        assertThat(script.execution(0).registers().get(Gpr.RSP)).isEqualTo(Long.decode(rsp));
    }

    @Test
    void steps_go_on_behind_an_instruction() {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("nop\n" + TDCALL + "nop\n".repeat(50) + "ret", sites);
        Probe probe = probe(sites);
        probe.setSteps(200);
        probe.call(code);
        probe.setSteps(30);

        assertThat(catchThrowableOfType(WrapperCrash.class, () -> probe.call(code)).kind())
                .isEqualTo(WrapperCrash.Kind.STEPS);
        assertThat(script.executions()).isEqualTo(2);
    }

    /// The base of GS is a page of the test's own.
    @Test
    void an_operand_may_be_in_gs() {
        assumeTrue(Features.of(Image.shim()).has(Features.FSGSBASE), "no WRGSBASE here");
        MemorySegment memory = Arena.ofAuto().allocate(256, 64);
        script.allow(0, memory);
        long written = random.nextLong();
        long read = random.nextLong();
        memory.set(JAVA_LONG, 0x48, written);
        script.answer(0).operand(read);
        script.answer(1).flags(0);
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("rdgsbase r12\nwrgsbase rdi\nmov ebx, 2\nvmread [gs:rbx * 8 + 0x10], rax\n"
                + "vmwrite rax, [gs:0x48]\nwrgsbase r12\nret", sites);
        Probe probe = probe(sites);
        probe.before().set(Gpr.RDI, memory.address());
        probe.call(code);

        assertThat(script.execution(0).registers().memoryOperand()).isEqualTo(memory.address() + 0x20);
        assertThat(memory.get(JAVA_LONG, 0x20)).isEqualTo(read);
        assertThat(script.execution(1).registers().memoryOperand()).isEqualTo(memory.address() + 0x48);
        assertThat(script.execution(1).operand(0)).isEqualTo(written);
    }

    /// Whatever the signal is: a process may send itself one with the code of a fault, and it comes at the instruction
    /// behind the system call.
    @Test
    void an_instruction_is_known_by_its_bytes_under_sigbus() {
        String source = TDCALL + """
                sub     rsp, 136
                mov     dword [rsp], 7              ; SIGBUS
                mov     dword [rsp + 4], 0
                mov     dword [rsp + 8], 2          ; BUS_ADRERR
                mov     eax, 39                     ; getpid
                syscall
                mov     edi, eax
                mov     eax, 186                    ; gettid
                syscall
                mov     esi, eax
                mov     edx, 7
                mov     r10, rsp
                mov     eax, 297                    ; rt_tgsigqueueinfo
                syscall
                vmread  rax, rcx
                add     rsp, 136
                ret
                """;
        long value = random.nextLong();
        script.answer(0).write(Gpr.RAX, 0);
        script.answer(1).operand(value);
        Probe probe = probe(List.of());
        probe.call(MachineCode.of(source));

        assertThat(script.executions()).isEqualTo(2);
        assertThat(script.execution(1).registers().instruction()).isEqualTo(Instruction.VMREAD);
        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(value);
    }

    @Test
    void segments_are_the_routines_again_behind_an_instruction() {
        assumeTrue(Features.of(Image.shim()).has(Features.FSGSBASE), "no WRFSBASE here");
        Probe probe = call("rdfsbase rbx\nrdgsbase r12\nxor eax, eax\nwrfsbase rax\nmov eax, 0x1000\nwrgsbase rax\n"
                + TDCALL + "rdfsbase rcx\nrdgsbase rdx\nwrfsbase rbx\nwrgsbase r12\nret");

        assertThat(probe.after().get(Gpr.RCX)).isZero();
        assertThat(probe.after().get(Gpr.RDX)).isEqualTo(0x1000);
        assertThat(probe.stateAfter().fsBase()).isEqualTo(probe.stateBefore().fsBase());
        assertThat(probe.stateAfter().gsBase()).isEqualTo(probe.stateBefore().gsBase());
    }

    /// They do not trap by themselves everywhere.
    @ParameterizedTest
    @CsvSource({"'0x0f, 0x01, 0xc1', VMCALL", "'0x0f, 0x01, 0xd9', VMMCALL", "'0xf3, 0x0f, 0x01, 0xd9', VMGEXIT",
        "'0x0f, 0x01, 0xc2', VMLAUNCH", "'0x0f, 0x01, 0xc3', VMRESUME", "'0x0f, 0x01, 0xc4', VMXOFF",
        "'0x66, 0x0f, 0x01, 0xcf', SEAMCALL", "'0x66, 0x0f, 0x01, 0xcd', SEAMRET",
        "'0x0f, 0xc7, 0x3c, 0x24', VMPTRST"})
    void an_instruction_never_reaches_the_processor(String bytes, Instruction instruction) {
        script.answer(0).write(Gpr.RAX, 42);
        Probe probe = call("db " + bytes + "\nret");

        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(42);
        assertThat(script.execution(0).registers().instruction()).isEqualTo(instruction);
    }

    /// Which signal it is depends on the processor: #UD or #GP.
    @ParameterizedTest
    @ValueSource(strings = {"db 0x66, 0x0f, 0x01, 0xcc", "db 0x66, 0x0f, 0x01, 0xcf", "vmread rax, rdx",
        "vmptrld [rsp]", "invept rax, [rsp]"})
    void what_was_not_found_is_known_by_its_bytes(String instruction) {
        Probe probe = probe(List.of());
        probe.call(MachineCode.of(instruction + "\nret"));

        assertThat(script.executions()).isOne();
    }

    @Test
    void ud2_is_a_panic_still_and_a_table_must_be_there() {
        MemorySegment code = MachineCode.of(TDCALL + "ud2");
        Probe probe = probe(List.of());
        assertThatThrownBy(() -> probe.call(code)).isInstanceOf(WrapperPanic.class)
                .hasMessageContaining("routine+0x4");
        assertThat(script.executions()).isOne();

        assertThatThrownBy(() -> new Probe(script, Arena.ofAuto()).call(code)).isInstanceOf(WrapperCrash.class)
                .hasMessageContaining("TDCALL");
    }

    /// Nothing is read behind the last byte.
    @Test
    void code_may_end_where_its_page_ends() {
        MemorySegment pages = Mapping.guarded(4096, Arena.ofAuto());
        MemorySegment code = pages.asSlice(pages.byteSize() - 6);
        code.copyFrom(MemorySegment.ofArray(new byte[] {0x66, 0x0f, 0x01, (byte) 0xcc, 0x0f, 0x0b}));
        Pages.protect(pages, Pages.Access.READ_EXECUTE);
        Probe probe = probe(List.of());

        assertThatThrownBy(() -> probe.call(code)).isInstanceOf(WrapperPanic.class);
        assertThatThrownBy(() -> probe.call(code.asSlice(5))).isInstanceOf(WrapperCrash.class);
        assertThatThrownBy(() -> probe.call(MemorySegment.ofAddress(code.address() + 6)))
                .isInstanceOf(WrapperCrash.class);
        assertThat(script.executions()).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {Registers.UD, Registers.GP})
    void a_fault_goes_on_at_its_fix_up(int vector) {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("clc\n" + TDCALL + "mov eax, 1\nret\nalign 16\nmov eax, 2\nret", sites);
        script.answer(0).write(Gpr.RAX, 7).fault(vector);
        Probe probe = probe(sites);
        assertThat(catchThrowableOfType(WrapperCrash.class, () -> probe.call(code)).kind())
                .isEqualTo(WrapperCrash.Kind.FAULT);

        long address = sites.getFirst().address();
        set(probe, sites, List.of(new FixUp(address + 1, 0), new FixUp(address, code.address() + 16)));
        probe.call(code);
        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(2);
        assertThat(probe.after().get(Gpr.R9)).isEqualTo(probe.before().get(Gpr.R9));

        set(probe, sites, List.of(new FixUp(address, code.address() + 16, Map.of(), Optional.of(Gpr.R9))));
        probe.call(code);
        assertThat(probe.after().get(Gpr.R9)).isEqualTo(vector);
        set(probe, sites, List.of(new FixUp(address, code.address() + 16, Map.of(Gpr.R9, 1L, Gpr.RDX, -14L),
                Optional.empty())));
        probe.call(code);
        assertThat(probe.after().get(Gpr.R9)).isOne();
        assertThat(probe.after().get(Gpr.RDX)).isEqualTo(-14);
        set(probe, sites, List.of(new FixUp(address, code.address() + 16, Map.of(Gpr.R9, 0x40000000L),
                Optional.of(Gpr.R9))));
        probe.call(code);
        assertThat(probe.after().get(Gpr.R9)).isEqualTo(0x40000000L + vector);
    }

    /// The processor says where the operand is: LEA of the same form.
    @Test
    void an_operand_is_where_the_processor_says() {
        List<String> forms = new ArrayList<>();
        String[] bases = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
            "r13", "r14", "r15"};
        String[] displacements = {"", " + 1", " - 128", " + 127", " + 128", " - 0x12345678", " + 0x7fffffff"};
        for (String base : bases) {
            for (String displacement : displacements) {
                forms.add(base + displacement);
                forms.add(base.replaceFirst("^r(\\D)", "e$1").replaceFirst("^(r\\d+)", "$1d") + displacement);
            }
            for (String index : bases) {
                if (!index.equals("rsp")) {
                    int scale = 1 << random.nextInt(4);
                    forms.add("%s + %s * %d%s".formatted(base, index, scale,
                            displacements[random.nextInt(displacements.length)]));
                    forms.add("nosplit %s * %d%s".formatted(index, scale,
                            displacements[1 + random.nextInt(displacements.length - 1)]));
                }
            }
        }
        forms.add("rel $ + 0x1234");
        forms.add("rel $ - 0x1234");
        forms.add("abs 0x12345678");
        StringBuilder source = new StringBuilder("default abs\n");
        for (String form : forms) {
            boolean ofRip = form.startsWith("rel");
            source.append("align 64\n%s\nret\nalign 32\n%s\nret\n".formatted(
                    ofRip ? "lea rax, [%s + 32]".formatted(form) : "lea rax, [%s]".formatted(form),
                    "vmread [%s], rdx".formatted(form)));
        }
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(source.toString(), sites);
        assertThat(sites).hasSize(forms.size());
        for (List<TrapSite> known : List.of(sites, List.<TrapSite>of())) {
            MemorySegment real = known.isEmpty() ? MachineCode.of(source.toString()) : code;
            Probe probe = probe(known);
            for (int n = 0; n < forms.size(); n++) {
                fill(probe);
                probe.call(real.asSlice(n * 64L));
                long expected = probe.after().get(Gpr.RAX);
                if (forms.get(n).startsWith("rel")) {   // VMREAD is not as long as LEA, and `$` is its first byte
                    expected = real.address() + n * 64L + 32 + (forms.get(n).contains("+") ? 0x1234 : -0x1234);
                }
                script.rewind();
                probe.call(real.asSlice(n * 64L + 32));

                assertThat(script.execution(0).registers().memoryOperand()).as("[%s], seed %d", forms.get(n), SEED)
                        .isEqualTo(expected);
                assertThat(script.execution(0).registers().field()).isEqualTo(Gpr.RDX);
            }
        }
    }

    @Test
    void an_operand_may_be_relative_to_a_segment() {
        String source = "vmread [fs:rbx + 16], rdx\nret";
        Probe found = call(source);
        assertThat(script.execution(0).registers().memoryOperand())
                .isEqualTo(found.before().get(Gpr.RBX) + 16 + found.stateBefore().fsBase());

        Probe unknown = probe(List.of());
        script.rewind();
        unknown.call(MachineCode.of(source));
        assertThat(script.execution(0).registers().memoryOperand())
                .isEqualTo(unknown.before().get(Gpr.RBX) + 16 + unknown.stateBefore().fsBase());
    }

    /// The operand of a register form is no memory, and the answer goes into it.
    @Test
    void an_operand_may_be_a_register() {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("vmread r13, r9\nret", sites);
        Probe probe = probe(sites);
        script.answer(0).operand(77);
        probe.call(code);

        assertThat(probe.after().get(Gpr.R13)).isEqualTo(77);
        assertThat(script.execution(0).registers().isMemoryOperand()).isFalse();
        assertThat(script.execution(0).operand(0)).isEqualTo(probe.before().get(Gpr.R13));
    }

    /// A model in Java answers as it does through the gate.
    @Test
    void a_shim_in_java_answers() {
        VmxUnit unit = new VmxUnit();
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("sub rsp, 40\nmov eax, 0x2010\nmov qword [rsp + 24], 1234567\n"
                + "mov ecx, 3\nvmwrite rax, [rsp + rcx * 8]\njbe .fail\nvmread [rsp + 8], rax\njbe .fail\n"
                + "mov rax, [rsp + 8]\nadd rsp, 40\nret\n.fail: ud2", sites);
        assertThat(sites).hasSize(2);
        Probe probe = probe(unit, sites);
        probe.call(code);

        assertThat(probe.after().get(Gpr.RAX)).isEqualTo(1234567);
    }

    @Test
    void a_shim_may_throw_and_a_budget_may_end() {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(".again:\n" + TDCALL + "jmp .again", sites);
        RuntimeException thrown = new IllegalStateException("no");
        Probe inJava = probe(_ -> {
            throw thrown;
        }, sites);
        assertThatThrownBy(() -> inJava.call(code)).isSameAs(thrown);

        Probe probe = probe(sites);
        assertThat(catchThrowableOfType(WrapperCrash.class, () -> probe.call(code)).kind())
                .isEqualTo(WrapperCrash.Kind.BUDGET);
        assertThat(script.executions()).isEqualTo(Script.BUDGET + 1);

        script.setBudget(Long.MAX_VALUE);
        WrapperCrash hang = catchThrowableOfType(WrapperCrash.class, () -> probe.call(code));
        assertThat(hang.kind()).isEqualTo(WrapperCrash.Kind.HANG);
        assertThat(hang.place()).matches("routine\\+0x[04]");
    }

    /// Null checks, safepoints and collections come by the same signals.
    @Test
    void the_jvm_goes_on_beside() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Future<Long> beside = threads.submit(() -> {
                long count = 0;
                while (!done.get()) {
                    count += Disturbance.nullPointer();
                    if (count % 10_000 == 0) {
                        System.gc();
                    }
                }
                return count;
            });
            List<Future<Integer>> callers = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                int n = t;
                callers.add(threads.submit(() -> bridged(n)));
            }
            for (Future<Integer> caller : callers) {
                assertThat(caller.get()).isEqualTo(20_000);
            }
            done.set(true);
            assertThat(beside.get()).isPositive();
        }
    }

    /// A shim in Java in one thread, scripts in the others; each with a table of its own.
    private static int bridged(int n) {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped("mov rcx, %d\n%sadd rax, rcx\nret".formatted(n, TDCALL), sites);
        Script answers = Script.of(Image.shim(), Arena.ofAuto());
        answers.clear();
        answers.answer(0).write(Gpr.RAX, 100);
        Probe probe = n == 0 ? new Probe(Crossing.to(Image.shim(), registers -> {
            registers.set(Gpr.RAX, 99 + Disturbance.nullPointer());
        }, Arena.ofAuto())) : new Probe(answers, Arena.ofAuto());
        set(probe, sites, List.of());
        int right = 0;
        for (int i = 0; i < 20_000; i++) {
            answers.rewind();
            probe.call(code);
            right += probe.after().get(Gpr.RAX) == 100 + n ? 1 : 0;
        }
        return right;
    }

    /// Batches do not look at how an instruction is reached.
    @Test
    void a_batch_holds() {
        List<TrapSite> sites = new ArrayList<>();
        MemorySegment code = trapped(TDCALL + "ret", sites);
        script.answer(0).write(Gpr.RAX, 0);
        Probe probe = probe(sites);
        Batch sysv = Batch.sysv(SEED);

        assertThat(probe.batch(code, sysv, 1000)).isEqualTo(2000);

        MemorySegment broken = trapped("mov rbx, rcx\n" + TDCALL + "ret", sites);
        set(probe, sites, List.of());
        assertThat(probe.batch(broken, sysv, 10)).isZero();
    }
}
