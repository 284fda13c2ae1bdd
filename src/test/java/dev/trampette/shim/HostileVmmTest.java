package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R11;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RCX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.shim.tdx.HostileVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.GhciStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A VMM that breaks promises does so in what is exposed, and the same way each time.
class HostileVmmTest {

    private static Cpu vmcall(HostileVmm vmm, long mask) {
        return new Cpu(Instruction.TDCALL).set(RAX, 0).set(RCX, mask).set(R10, 0).execute(new TdxModule(vmm));
    }

    @Test
    void every_exposed_register_is_written_and_no_other() {
        Cpu before = new Cpu(Instruction.TDCALL);
        Cpu cpu = vmcall(new HostileVmm(Cpu.SEED), Leaf.LEGAL_MASK);

        EnumSet<Gpr> exposed = EnumSet.allOf(Gpr.class);
        exposed.removeIf(register -> (Leaf.LEGAL_MASK & register.maskBit()) == 0);
        cpu.keepsAllBut(exposed);
        exposed.forEach(register -> assertThat(cpu.get(register)).as("%s, seed=%d", register, Cpu.SEED)
                .isNotEqualTo(before.get(register)));
        vmcall(new HostileVmm(Cpu.SEED), R10.maskBit() | R12.maskBit()).keepsAllBut(EnumSet.of(R10, R12));
    }

    @Test
    void the_same_seed_gives_the_same_answers() {
        HostileVmm one = new HostileVmm(5);
        HostileVmm other = new HostileVmm(5);
        for (int i = 0; i < 10; i++) {
            Cpu first = vmcall(one, Leaf.LEGAL_MASK);
            Cpu second = vmcall(other, Leaf.LEGAL_MASK);
            assertThat(Arrays.stream(Gpr.values()).map(first::get))
                    .containsExactlyElementsOf(Arrays.stream(Gpr.values()).map(second::get).toList());
        }
        assertThat(one.calls()).isEqualTo(10);
    }

    @Test
    void statuses_come_in_order_and_the_last_one_stays() {
        HostileVmm vmm = new HostileVmm(Cpu.SEED).statuses(1, 1, 0x123).always(R11, 0x4000);

        for (long expected : new long[] {1, 1, 0x123, 0x123}) {
            Cpu cpu = vmcall(vmm, Leaf.LEGAL_MASK);
            assertThat(List.of(cpu.get(R10), cpu.get(R11))).containsExactly(expected, 0x4000L);
        }
        assertThat(vmm.calls()).isEqualTo(4);
    }

    @Test
    void unknown_statuses_have_no_name() {
        assertThat(HostileVmm.UNKNOWN_STATUSES).allSatisfy(code ->
                assertThat(new GhciStatus(code).name()).isEqualTo("UNKNOWN"));
    }
}
