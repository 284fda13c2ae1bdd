package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R14;
import static dev.trampette.spec.Gpr.R15;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Family;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Vmcall;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The sub-functions that live in registers. Those with buffers are in [SharedBufferTest].
class GhciVmmTest {

    private static final long INVALID_OPERAND = 0x8000000000000000L;
    private static final long UNSUPPORTED = 0x8000000000000003L;

    private final GhciVmm vmm = new GhciVmm();

    /// R12 and so on to R15.
    private Cpu vmcall(long number, long... arguments) {
        Cpu cpu = new Cpu(Instruction.TDCALL).set(RAX, 0).set(RCX, Leaf.LEGAL_MASK).set(R10, 0).set(R11, number);
        for (int i = 0; i < arguments.length; i++) {
            cpu.set(Gpr.of(R12.ordinal() + i), arguments[i]);
        }
        cpu.execute(new TdxModule(vmm));
        assertThat(cpu.get(RAX)).isZero();
        return cpu;
    }

    private long status(long number, long... arguments) {
        return vmcall(number, arguments).get(R10);
    }

    static List<Leaf> leaves() {
        return LeafTable.of(Family.TDVMCALL).leaves();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_sub_function_writes_its_outputs_and_r10_only(Leaf leaf) {
        Random random = new Random(Cpu.SEED);
        for (int i = 0; i < 50; i++) {
            Cpu cpu = new Cpu(Instruction.TDCALL, random).set(RAX, 0).set(RCX, 0xffcc).set(R10, 0)
                    .set(R11, leaf.number());
            leaf.inputs().forEach(input -> input.value().ifPresent(value -> cpu.set(input.register(), value)));
            if (i % 2 == 1) {
                leaf.inputs().stream().filter(input -> input.value().isEmpty())
                        .forEach(input -> cpu.set(input.register(), 1L << random.nextInt(64)));
            }
            Set<Gpr> written = EnumSet.of(R10);
            written.addAll(leaf.outputRegisters());
            cpu.execute(new TdxModule(vmm)).keepsAllBut(written).keepsFlags();
        }
    }

    @Test
    void what_is_not_of_the_ghci_is_not_answered() {
        assertThat(vmcall(Vmcall.HLT).set(R10, 1).set(R11, Vmcall.HLT).execute(new TdxModule(vmm)).get(R10))
                .isEqualTo(INVALID_OPERAND);
        for (long number : new long[] {0, 0x10007, 0x50000, 1L << 32 | Vmcall.HLT, -1}) {
            assertThat(status(number)).isEqualTo(UNSUPPORTED);
        }
        assertThat(vmm.halts()).isOne();
    }

    @ParameterizedTest
    @ValueSource(longs = {Vmcall.MWAIT, Vmcall.MONITOR, Vmcall.PCONFIG, Vmcall.RDMSR})
    void any_sub_function_answers_what_it_was_told(long number) {
        assertThat(status(number)).isEqualTo(number == Vmcall.RDMSR ? INVALID_OPERAND : UNSUPPORTED);

        vmm.script(number, new GhciStatus(5), Map.of(RBX, 3L, R15, 15L));
        Cpu cpu = vmcall(number).keepsAllBut(EnumSet.of(R10, RBX, R15));
        assertThat(List.of(cpu.get(R10), cpu.get(RBX), cpu.get(R15))).containsExactly(5L, 3L, 15L);
        assertThat(status(Vmcall.HLT)).isZero();
    }

    @Test
    void all_leaves_of_a_number_answer_what_it_was_told() {
        vmm.script(Vmcall.MIG_TD_SEND, new GhciStatus(6), Map.of())
                .script(Vmcall.REQUEST_MMIO_READ, new GhciStatus(7), Map.of());

        for (long leaf = 0; leaf < 6; leaf++) {
            assertThat(status(Vmcall.MIG_TD_SEND, 0x10000 | leaf)).isEqualTo(6);
        }
        assertThat(status(Vmcall.REQUEST_MMIO_READ, 8, 0, GhciVmm.SHARED)).isEqualTo(7);
        assertThat(status(Vmcall.REQUEST_MMIO_READ, 8, 1, GhciVmm.SHARED, 1)).isEqualTo(7);
    }

    @Test
    void the_base_query_is_zeroes_and_leaf_1_a_bitmap() {
        for (long leaf = 0; leaf < 2; leaf++) {
            Cpu cpu = vmcall(Vmcall.GET_TD_VM_CALL_INFO, leaf);
            assertThat(List.of(cpu.get(R10), cpu.get(R11), cpu.get(R12), cpu.get(R13), cpu.get(R14)))
                    .containsExactly(0L, leaf * 2, 0L, 0L, 0L);
        }
        assertThat(status(Vmcall.GET_TD_VM_CALL_INFO, 2)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.GET_TD_VM_CALL_INFO, -1)).isEqualTo(INVALID_OPERAND);
    }

    @Test
    void cpuid_answers_what_was_given() {
        vmm.cpuid(0x40000000, 1, -1, 2, 3, 4);

        Cpu cpu = vmcall(Vmcall.CPUID, 0x40000000, 1);
        assertThat(List.of(cpu.get(R12), cpu.get(R13), cpu.get(R14), cpu.get(R15)))
                .containsExactly(0xffffffffL, 2L, 3L, 4L);
        assertThat(vmcall(Vmcall.CPUID, 0x40000000, 2).get(R15)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void ports_keep_what_is_written(int size) {
        long value = 0xf1e2d3c4b5a69788L;
        long expected = value & (1L << 8 * size) - 1;

        assertThat(vmcall(Vmcall.IO_READ, size, 0, 0x80, 0).get(R11)).as("nothing drives the bus")
                .isEqualTo((1L << 8 * size) - 1);
        assertThat(status(Vmcall.IO_WRITE, size, 1, 0x80, value)).isZero();
        assertThat(vmcall(Vmcall.IO_READ, size, 0, 0x80, 0).get(R11)).isEqualTo(expected);
        assertThat(Integer.toUnsignedLong(vmm.port(0x80, size))).isEqualTo(expected);
        assertThat(vmcall(Vmcall.IO_READ, 1, 0, 0x80 + size, 0).get(R11)).isEqualTo(0xff);
        vmm.port(0x80, size, 0);
        assertThat(vmcall(Vmcall.IO_READ, size, 0, 0x80, 0).get(R11)).isZero();
    }

    @Test
    void operands_of_io_are_checked() {
        for (long size : new long[] {0, 3, 8, 16, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(status(Vmcall.IO_READ, size, 0, 0x80, 0)).isEqualTo(INVALID_OPERAND);
        }
        assertThat(status(Vmcall.IO_READ, 1, 2, 0x80, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.IO_READ, 4, 0, 0xfffd, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.IO_READ, 1, 0, 0x10000, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.IO_READ, 1, 0, -1, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.IO_READ, 4, 0, 0xfffc, 0)).isZero();
    }

    @Test
    void operands_of_mmio_are_checked() {
        for (long size : new long[] {0, 3, 16, -1, Long.MIN_VALUE}) {
            assertThat(status(Vmcall.REQUEST_MMIO_READ, size, 0, GhciVmm.SHARED, 0)).isEqualTo(INVALID_OPERAND);
        }
        assertThat(status(Vmcall.REQUEST_MMIO_READ, 8, 2, GhciVmm.SHARED, 0)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.REQUEST_MMIO_READ, 8, 0, 0x1000, 0)).isEqualTo(INVALID_OPERAND);
    }

    @Test
    void caches_and_halts_are_counted() {
        assertThat(status(Vmcall.WBINVD, 0)).isZero();
        assertThat(status(Vmcall.WBINVD, 1)).isZero();
        assertThat(status(Vmcall.WBINVD, 2)).isEqualTo(INVALID_OPERAND);
        assertThat(status(Vmcall.HLT, 1)).isZero();
        assertThat(vmm.flushes()).isEqualTo(2);
        assertThat(vmm.halts()).isEqualTo(1);
    }

    @Test
    void map_gpa_names_the_address_that_failed() {
        long shared = GhciVmm.SHARED;
        mapped(0x10800, 0x1000, GhciStatus.ALIGN_ERROR.code(), 0x10800);
        mapped(0x10000, 0x800, GhciStatus.ALIGN_ERROR.code(), 0x10000);
        mapped(0x10000, 0, INVALID_OPERAND, 0x10000);
        mapped(shared - 0x1000, 0x2000, INVALID_OPERAND, shared - 0x1000);
        mapped(2 * shared, 0x1000, INVALID_OPERAND, 2 * shared);
        mapped(-0x1000, 0x2000, INVALID_OPERAND, -0x1000);
        mapped(shared, 0x300000, GhciStatus.RETRY.code(), shared + 0x200000);
        mapped(shared + 0x200000, 0x100000, 0, Vmcall.MAP_GPA);
        assertThat(vmm.isShared(0x2ff000)).isTrue();
        assertThat(vmm.isShared(shared | 0x2ff000)).isTrue();
        assertThat(vmm.isShared(0x300000)).isFalse();
    }

    @Test
    void a_slice_of_map_gpa_is_whole_pages() {
        for (long bytes : new long[] {0, -1, -0x1000, Long.MIN_VALUE, 1, 0xfff, 0x1001, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> vmm.mapGpaSlice(bytes))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("bytes=" + bytes);
        }
        mapped(0, 0x300000, GhciStatus.RETRY.code(), 0x200000);
        vmm.mapGpaSlice(0x1000);
        mapped(0x10000, 0x2000, GhciStatus.RETRY.code(), 0x11000);
        vmm.mapGpaSlice(Long.MAX_VALUE & -0x1000);
        mapped(GhciVmm.SHARED | 0x10000, 0x300000, 0, Vmcall.MAP_GPA);
        assertThat(vmm.isShared(0x30f000)).isTrue();
    }

    private void mapped(long start, long size, long status, long r11) {
        Cpu cpu = vmcall(Vmcall.MAP_GPA, start, size);
        assertThat(cpu.get(R10)).isEqualTo(status);
        assertThat(cpu.get(R11)).isEqualTo(r11);
    }

    @Test
    void an_event_vector_is_remembered() {
        assertThat(vmm.eventVector()).isZero();
        assertThat(status(Vmcall.SETUP_EVENT_NOTIFY_INTERRUPT, 255)).isZero();
        for (long vector : new long[] {0, 31, 256, -1, 1L << 32 | 64}) {
            assertThat(status(Vmcall.SETUP_EVENT_NOTIFY_INTERRUPT, vector)).isEqualTo(INVALID_OPERAND);
        }
        assertThat(vmm.eventVector()).isEqualTo(255);
        assertThat(status(Vmcall.SETUP_EVENT_NOTIFY_INTERRUPT, 32)).isZero();
        assertThat(vmm.eventVector()).isEqualTo(32);
        assertThat(vmm.injected()).isEmpty();
    }
}
