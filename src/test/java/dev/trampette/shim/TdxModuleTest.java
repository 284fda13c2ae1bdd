package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.TdReportField;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.shim.tdx.VeInfo;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import dev.trampette.spec.LeafTable;
import dev.trampette.spec.Tdg;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the TDX module checks of TDCALL, what it lets through, and what it writes.
class TdxModuleTest {

    private static final LeafTable TABLE = LeafTable.of(Family.TDG);

    private boolean reached;
    private final TdxModule module = new TdxModule(_ -> reached = true);

    private Cpu tdcall(long rax) {
        return new Cpu(Instruction.TDCALL).set(RAX, rax);
    }

    static List<Leaf> leaves() {
        return TABLE.leaves().stream().filter(leaf -> leaf.number() != Tdg.VP_VMCALL).toList();
    }

    @ParameterizedTest
    @EnumSource(names = "TDCALL", mode = EnumSource.Mode.EXCLUDE)
    void other_instructions_are_undefined_in_a_td(Instruction instruction) {
        Cpu cpu = new Cpu(instruction).set(RAX, 0).execute(module).keepsAll().keepsFlags();

        assertThat(cpu.fault()).isEqualTo(Registers.UD);
        assertThat(reached).isFalse();
    }

    @Test
    void leaves_and_versions_that_are_not_in_the_table_are_refused() {
        Set<Long> known = TABLE.leaves().stream().map(Leaf::number).collect(Collectors.toSet());
        for (long version = 0; version < 256; version = version * 2 + 1) {
            for (long leaf = 0; leaf < 0x10000; leaf = leaf < 0x40 ? leaf + 1 : leaf * 2 + 1) {
                if (!known.contains(leaf | version << 16)) {
                    refused(leaf | version << 16);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void reserved_bits_of_rax_are_refused(Leaf leaf) {
        for (int bit = 24; bit < 64; bit++) {
            refused(leaf.number() | 1L << bit);
            refused(1L << bit);
        }
    }

    private void refused(long rax) {
        Cpu cpu = tdcall(rax).execute(module).keepsAllBut(Set.of()).keepsFlags();
        assertThat(cpu.get(RAX)).as("rax 0x%x", rax).isEqualTo(0xC000010000000000L);
        assertThat(reached).isFalse();
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_leaf_writes_rax_and_its_outputs_only(Leaf leaf) {
        Random random = new Random(Cpu.SEED);
        for (int i = 0; i < 20; i++) {
            Cpu cpu = new Cpu(Instruction.TDCALL, random).set(RAX, leaf.number()).execute(module)
                    .keepsAllBut(Cpu.written(leaf, true)).keepsFlags();
            assertThat(cpu.fault()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_leaf_answers_what_it_was_told(Leaf leaf) {
        Random random = new Random(Cpu.SEED);
        CompletionStatus status = new CompletionStatus(random.nextLong());
        Map<Gpr, Long> outputs = new EnumMap<>(Gpr.class);
        leaf.outputRegisters().forEach(register -> outputs.put(register, random.nextLong()));
        module.script(leaf.number(), status, outputs);

        Cpu cpu = tdcall(leaf.number()).execute(module).keepsAllBut(Cpu.written(leaf, true));

        assertThat(cpu.get(RAX)).isEqualTo(status.code());
        outputs.forEach((register, value) -> assertThat(cpu.get(register)).isEqualTo(value));
    }

    @ParameterizedTest
    @MethodSource("leaves")
    void a_refusal_writes_rax_alone(Leaf leaf) {
        CompletionStatus refusal = CompletionStatus.OPERAND_INVALID.with(RAX);
        module.script(leaf.number(), refusal, Map.of());

        assertThat(tdcall(leaf.number()).execute(module).keepsAllBut(Set.of()).get(RAX)).isEqualTo(refusal.code());
    }

    @Test
    void rbp_of_a_td_is_lost_when_l2_has_run() {
        assertThat(tdcall(Tdg.VP_ENTER).set(RBP, 5).execute(module).get(RBP)).isNotEqualTo(5);
    }

    @Test
    void a_leaf_without_state_or_script_succeeds_with_zeroes() {
        Cpu cpu = tdcall(Tdg.VP_ENTER).execute(module);

        assertThat(cpu.get(RAX)).isZero();
        TABLE.leaves().stream().filter(leaf -> leaf.number() == Tdg.VP_ENTER).findFirst().orElseThrow()
                .outputRegisters().forEach(register -> assertThat(cpu.get(register)).isZero());
    }

    @Test
    void next_answers_come_before_standing_ones_and_outputs_not_named_are_0() {
        module.script(Tdg.SERVTD_RD, CompletionStatus.TARGET_UUID_UPDATED, Map.of(R13, 13L, R8, 8L))
                .scriptNext(Tdg.SERVTD_RD, 2, CompletionStatus.OPERAND_BUSY_HOST_PRIORITY.with(RDX), Map.of());

        for (int i = 0; i < 2; i++) {
            Cpu busy = tdcall(Tdg.SERVTD_RD).execute(module);
            assertThat(busy.get(RAX)).as("a guest sees OPERAND_BUSY").isEqualTo(0x8000020000000002L);
            assertThat(List.of(busy.get(RDX), busy.get(R8))).containsExactly(0L, 0L);
        }
        Cpu cpu = tdcall(Tdg.SERVTD_RD).execute(module);
        assertThat(cpu.get(RAX)).isEqualTo(CompletionStatus.TARGET_UUID_UPDATED.code());
        assertThat(List.of(cpu.get(RDX), cpu.get(R8), cpu.get(R13))).containsExactly(0L, 8L, 13L);
    }

    static Stream<Arguments> leavesThatKeepOutputs() {
        List<CompletionStatus> statuses = List.of(CompletionStatus.SUCCESS, CompletionStatus.TARGET_UUID_MISMATCH,
                CompletionStatus.TARGET_UUID_UPDATED, CompletionStatus.OPERAND_BUSY.with(RDX),
                CompletionStatus.OPERAND_INVALID.with(RCX), new CompletionStatus(-1));
        return Stream.of(Arguments.of(Tdg.SERVTD_RD, EnumSet.of(R10, R11, R12, R13), EnumSet.of(RDX, R8)),
                Arguments.of(Tdg.SERVTD_WR, EnumSet.of(R10, R11, R12, R13), EnumSet.of(R8)),
                Arguments.of(Tdg.VP_INVGLA, EnumSet.of(RDX), EnumSet.noneOf(Gpr.class)))
                .flatMap(leaf -> statuses.stream()
                        .map(status -> Arguments.of(leaf.get()[0], leaf.get()[1], leaf.get()[2], status)));
    }

    @ParameterizedTest
    @MethodSource("leavesThatKeepOutputs")
    void a_kept_output_is_written_when_a_script_names_it_only(long leaf, Set<Gpr> kept, Set<Gpr> others,
            CompletionStatus status) {
        Cpu byTable = tdcall(leaf).execute(module).keepsAllBut(others);
        others.forEach(register -> assertThat(byTable.get(register)).isZero());

        module.script(leaf, status, Map.of());
        Cpu unnamed = tdcall(leaf).execute(module).keepsAllBut(others);
        assertThat(unnamed.get(RAX)).isEqualTo(status.code());
        others.forEach(register -> assertThat(unnamed.get(register)).isZero());

        for (Gpr named : kept) {
            module.script(leaf, status, Map.of(named, 0L));
            Set<Gpr> written = EnumSet.of(named);
            written.addAll(others);
            assertThat(tdcall(leaf).execute(module).keepsAllBut(written).get(named)).isZero();
        }
    }

    @Test
    void a_script_is_checked_against_the_table() {
        assertThatThrownBy(() -> module.script(0x7777, CompletionStatus.SUCCESS, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("leaf=0x7777");
        assertThatThrownBy(() -> module.script(Tdg.VP_INFO, CompletionStatus.SUCCESS, Map.of(R12, 1L)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("outputs=[r12]");
        assertThatThrownBy(() -> module.scriptNext(Tdg.VP_VMCALL, 1, CompletionStatus.SUCCESS, Map.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the VMM answers");
        for (int times : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> module.scriptNext(Tdg.VP_INFO, times, CompletionStatus.SUCCESS, Map.of()))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("times=" + times);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RAX", "RCX", "RSP", "RBP"})
    void a_mask_with_a_register_that_cannot_be_exposed_is_refused(Gpr register) {
        maskRefused(0xfc00 | register.maskBit());
    }

    @Test
    void a_mask_with_a_reserved_bit_is_refused() {
        for (int bit = 32; bit < 64; bit++) {
            maskRefused(0xfc00 | 1L << bit);
        }
    }

    private void maskRefused(long mask) {
        Cpu cpu = tdcall(0).set(RCX, mask).execute(module).keepsAllBut(Set.of());
        assertThat(cpu.get(RAX)).isEqualTo(0xC000010000000001L);
        assertThat(reached).isFalse();
    }

    @Test
    void rbp_may_be_exposed_without_no_rbp_mod_and_xmm_always() {
        Cpu cpu = tdcall(0).set(RCX, 0xffff0000L | RBP.maskBit()).set(RBP, 5)
                .execute(new TdxModule(seen -> {
                    assertThat(seen.get(RBP)).isEqualTo(5);
                    reached = true;
                }, false));

        assertThat(cpu.get(RAX)).isZero();
        assertThat(reached).isTrue();
    }

    @Test
    void a_vmm_sees_and_changes_what_is_exposed_only() {
        long mask = R10.maskBit() | R12.maskBit();
        Cpu cpu = tdcall(0).set(RCX, mask).set(R12, 12).execute(new TdxModule(seen -> {
            EnumSet.complementOf(EnumSet.of(R10, R12)).forEach(register -> assertThat(seen.get(register)).isZero());
            assertThat(seen.get(R12)).isEqualTo(12);
            for (Gpr register : Gpr.values()) {
                seen.set(register, 100 + register.ordinal());
            }
        }));

        cpu.keepsAllBut(EnumSet.of(R10, R12)).keepsFlags();
        assertThat(cpu.get(R10)).isEqualTo(110);
        assertThat(cpu.get(R12)).isEqualTo(112);
        assertThat(cpu.get(RAX)).isZero();
        assertThat(cpu.get(RCX)).isEqualTo(mask);
    }

    @Test
    void vp_info_writes_six_registers() {
        module.vcpu().number(3, 8, 2);
        module.measurements().set(TdReportField.ATTRIBUTES, (byte) 1, (byte) 0, (byte) 0, (byte) 0x10, (byte) 0,
                (byte) 0, (byte) 0, (byte) 0x80);
        Cpu cpu = tdcall(Tdg.VP_INFO).execute(module);

        assertThat(cpu.get(RAX)).isZero();
        assertThat(List.of(cpu.get(RCX), cpu.get(RDX), cpu.get(R8), cpu.get(R9), cpu.get(R10), cpu.get(R11)))
                .containsExactly(52L, 0x8000000010000001L, 8L << 32 | 3, 2L, 1L, 0L);
    }

    @ParameterizedTest
    @CsvSource({"3, 2, 0", "3, 8, 3", "3, 8, -1", "0, 8, 0", "-1, 8, 0", "1, -1, 0"})
    void a_vcpu_is_one_of_those_of_the_td(int vcpus, int most, int index) {
        assertThatThrownBy(() -> module.vcpu().number(vcpus, most, index))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("index=" + index);

        assertThat(tdcall(Tdg.VP_INFO).execute(module).get(R8)).as("as before").isEqualTo(1L << 32 | 1);
    }

    @Test
    void a_ve_is_told_once() {
        module.vcpu().raise(new VeInfo(48, 0x181, 0x7fff12345678L, 0x8000000fee000L, 3, 0x8100));

        Cpu told = tdcall(Tdg.VP_VEINFO_GET).execute(module);
        assertThat(List.of(told.get(RAX), told.get(RCX), told.get(RDX), told.get(R8), told.get(R9), told.get(R10)))
                .containsExactly(0L, 48L, 0x181L, 0x7fff12345678L, 0x8000000fee000L, 0x810000000003L);
        Cpu again = tdcall(Tdg.VP_VEINFO_GET).execute(module);
        assertThat(List.of(again.get(RAX), again.get(RCX), again.get(RDX), again.get(R8), again.get(R9),
                again.get(R10))).containsExactly(0xC000070400000000L, 0L, 0L, 0L, 0L, 0L);
    }

    @Test
    void cpuidve_has_two_bits() {
        assertThat(tdcall(Tdg.VP_CPUIDVE_SET).set(RCX, 3).execute(module).get(RAX)).isZero();
        for (int bit = 2; bit < 64; bit++) {
            assertThat(tdcall(Tdg.VP_CPUIDVE_SET).set(RCX, 1L << bit).execute(module).get(RAX))
                    .isEqualTo(0xC000010000000001L);
        }
        assertThat(module.vcpu().cpuidVe()).isEqualTo(3);
    }
}
