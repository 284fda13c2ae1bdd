package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R12;
import static dev.trampette.spec.Gpr.R13;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RSP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the TDX module checks of TDG.VP.VMCALL, and what it lets through.
class TdxModuleTest {

    private final MemorySegment block = Arena.ofAuto().allocate(Registers.LAYOUT);
    private final Registers registers = new Registers(block.address());
    private boolean reached;

    private void tdcall(TdxModule module) {
        block.set(ValueLayout.JAVA_INT, 144, 1); // TDCALL
        module.execute(registers);
    }

    private TdxModule module(boolean noRbpMod) {
        return new TdxModule(_ -> reached = true, noRbpMod);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 0x10000, 0x1000000, Long.MIN_VALUE})
    void rax_other_than_leaf_0_is_refused(long rax) {
        registers.set(RAX, rax);
        tdcall(module(true));

        assertThat(registers.get(RAX)).isEqualTo(0xC000010000000000L);
        assertThat(reached).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"RAX", "RCX", "RSP", "RBP"})
    void a_mask_with_a_register_that_cannot_be_exposed_is_refused(Gpr register) {
        registers.set(RCX, 0xfc00 | register.maskBit());
        tdcall(module(true));

        assertThat(registers.get(RAX)).isEqualTo(0xC000010000000001L);
        assertThat(reached).isFalse();
    }

    @Test
    void a_mask_with_a_reserved_bit_is_refused() {
        registers.set(RCX, 1L << 32);
        tdcall(module(true));

        assertThat(registers.get(RAX)).isEqualTo(0xC000010000000001L);
        assertThat(reached).isFalse();
    }

    @Test
    void rbp_may_be_exposed_without_no_rbp_mod_and_xmm_always() {
        registers.set(RCX, 0xffff0000L | RBP.maskBit());
        tdcall(module(false));

        assertThat(registers.get(RAX)).isZero();
        assertThat(reached).isTrue();
    }

    @Test
    void a_vmm_sees_and_changes_what_is_exposed_only() {
        registers.set(RCX, R10.maskBit() | R12.maskBit());
        registers.set(R12, 12);
        registers.set(R13, 13);
        registers.set(RBX, 3);
        registers.set(RSP, 4);
        tdcall(new TdxModule(seen -> {
            assertThat(seen.get(R12)).isEqualTo(12);
            assertThat(seen.get(R13)).isZero();
            seen.set(R12, 112);
            seen.set(R13, 113);
            seen.set(RBX, 103);
            seen.set(RAX, 100);
            seen.set(RCX, 101);
        }));

        assertThat(registers.get(R12)).isEqualTo(112);
        assertThat(registers.get(R13)).isEqualTo(13);
        assertThat(registers.get(RBX)).isEqualTo(3);
        assertThat(registers.get(RAX)).isZero();
        assertThat(registers.get(RCX)).isEqualTo(R10.maskBit() | R12.maskBit());
    }
}
