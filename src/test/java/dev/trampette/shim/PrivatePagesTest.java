package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Tdg;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TDG.MEM.PAGE.ACCEPT, TDG.MEM.PAGE.ATTR.RD and TDG.MEM.PAGE.ATTR.WR.
class PrivatePagesTest {

    private static final long RCX_INVALID = 0xC000010000000001L;
    private static final long MIB = 1 << 20;
    private static final long PENDING = 1L << 62;

    private final TdxModule module = new TdxModule(_ -> {
    });

    private long accept(long operand) {
        return new Cpu(Instruction.TDCALL).set(RAX, Tdg.MEM_PAGE_ACCEPT).set(RCX, operand).execute(module)
                .keepsAllBut(Set.of()).get(RAX);
    }

    private Cpu read(long gpa) {
        return new Cpu(Instruction.TDCALL).set(RAX, Tdg.MEM_PAGE_ATTR_RD).set(RCX, gpa).execute(module)
                .keepsAllBut(EnumSet.of(RCX, RDX));
    }

    private Cpu write(long mapping, long attributes, long flags) {
        return new Cpu(Instruction.TDCALL).set(RAX, Tdg.MEM_PAGE_ATTR_WR).set(RCX, mapping).set(RDX, attributes)
                .set(R8, flags).execute(module).keepsAllBut(EnumSet.of(RCX, RDX));
    }

    private static void answered(Cpu cpu, long rax, long rcx, long rdx) {
        assertThat(cpu.get(RAX)).isEqualTo(rax);
        assertThat(cpu.get(RCX)).isEqualTo(rcx);
        assertThat(cpu.get(RDX)).isEqualTo(rdx);
    }

    @Test
    void a_page_is_accepted_once_and_zeroed() {
        module.memory().writeLong(0x1000, -1).writeLong(0x2000, -2);

        assertThat(accept(0x1000)).isZero();
        assertThat(module.memory().readLong(0x1000)).isZero();
        assertThat(module.memory().readLong(0x2000)).isEqualTo(-2);
        assertThat(module.pages().isAccepted(0x1fff)).isTrue();
        assertThat(module.pages().isAccepted(0x2000)).isFalse();
        assertThat(accept(0x1000)).as("a warning").isEqualTo(0x00000B0A00000000L);
    }

    @Test
    void a_large_page_is_accepted_for_its_small_ones() {
        assertThat(accept(2 * MIB | 1)).isZero();

        assertThat(accept(2 * MIB | 1)).isEqualTo(0x00000B0A00000001L);
        assertThat(accept(3 * MIB)).as("the level that was found").isEqualTo(0x00000B0A00000001L);
        assertThat(module.pages().isAccepted(4 * MIB - 1)).isTrue();
        assertThat(module.pages().isAccepted(4 * MIB)).isFalse();
    }

    @Test
    void small_pages_are_in_the_way_of_a_large_one() {
        assertThat(accept(3 * MIB)).isZero();
        assertThat(accept(2 * MIB | 1)).as("PAGE_SIZE_MISMATCH with the level").isEqualTo(0xC0000B0B00000001L);
        assertThat(accept(4 * MIB | 1)).isZero();

        module.pages().pending(7 * MIB, 0);
        assertThat(accept(6 * MIB | 1)).isEqualTo(0xC0000B0B00000001L);
    }

    @Test
    void a_host_splits_a_large_pending_page() {
        module.pages().pending(1024 * MIB, 2);

        assertThat(accept(1026 * MIB)).isZero();
        assertThat(module.pages().isAccepted(1026 * MIB + 0x1000)).isFalse();
        answered(read(1026 * MIB + 0x1234), 0, 1026 * MIB + 0x1000 | PENDING, 0x800f);
        answered(read(1030 * MIB), 0, 1030 * MIB | 1 | PENDING, 0x800f);
    }

    @ParameterizedTest
    @CsvSource({"0x200001, 0", "0x200002, 0", "0x200800, 0", "0x1008, 0", "0x201000, 1", "0x200001, 1",
        "0x200000, 2", "0x1000, -1", "0x1000, 3", "0, 7", "0x8000000000000, 0", "0x10000000000000, 0", "-0x1000, 0"})
    void a_host_maps_whole_private_pages_only(long gpa, int level) {
        assertThatThrownBy(() -> module.pages().pending(gpa, level)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("gpa=0x%x level=%d".formatted(gpa, level));

        assertThat(accept(2 * MIB | 1)).as("nothing is in the way").isZero();
    }

    @Test
    void a_page_that_a_host_maps_takes_the_place_of_those_it_covers() {
        accept(2 * MIB);
        accept(3 * MIB);
        accept(4 * MIB - 0x1000);
        accept(4 * MIB);
        module.pages().pending(2 * MIB, 1);

        answered(read(3 * MIB), 0, 2 * MIB | 1 | PENDING, 0x800f);
        assertThat(module.pages().isAccepted(4 * MIB)).isTrue();
        assertThat(accept(2 * MIB | 1)).isZero();
    }

    @Test
    void a_page_that_a_host_maps_takes_the_place_of_the_one_that_covers_it() {
        accept(2 * MIB | 1);
        module.pages().pending(3 * MIB, 0);

        answered(read(3 * MIB), 0, 3 * MIB | PENDING, 0x800f);
        assertThat(module.pages().isAccepted(2 * MIB)).as("removed with the large page").isFalse();
        answered(read(2 * MIB), 0, 2 * MIB | PENDING, 0x800f);
        assertThat(accept(3 * MIB)).isZero();
    }

    @Test
    void a_page_that_a_host_maps_again_is_pending_again() {
        accept(0x5000);
        module.pages().pending(0x5000, 0);

        assertThat(module.pages().isAccepted(0x5000)).isFalse();
        assertThat(accept(0x5000)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 7, 0x1008, 0x1800, 0x1001, MIB | 1, GhciVmm.SHARED, 1L << 52, 1L << 63})
    void operands_of_accept_are_checked(long operand) {
        assertThat(accept(operand)).isEqualTo(RCX_INVALID);
    }

    @Test
    void attributes_are_read_where_the_page_is() {
        accept(0x5000);
        accept(2 * MIB | 1);

        answered(read(0x5678), 0, 0x5000, 0x800f);
        answered(read(2 * MIB + 0x3000), 0, 2 * MIB | 1, 0x800f);
        answered(read(0x6000), 0, 0x6000 | PENDING, 0x800f);
        answered(read(GhciVmm.SHARED), RCX_INVALID, 0, 0);
    }

    @Test
    void attributes_are_written_through_a_mask() {
        accept(0x5000);

        answered(write(0x5000, 0x0000_8007_8003_0000L, 0x0000_0003_ffff_0000L & ~0x7f000000L), 0, 0x5000,
                0x0000_8003_8003_800fL);
        answered(write(0x5000, 0x0000_0000_8005_0000L, 0x0000_0000_8004_0000L), 0, 0x5000, 0x0000_8003_8007_800fL);
        answered(read(0x5000), 0, 0x5000, 0x0000_8003_8007_800fL);
    }

    @Test
    void attributes_of_the_td_itself_cannot_be_written() {
        answered(write(0x5000, 0x8001, 0), 0xC000010000000002L, 0, 0);
        answered(write(0x5000, 0x0001_0000, 0), 0xC000010000000002L, 0, 0);
        answered(write(0x5000, 0, 1), 0xC000010000000008L, 0, 0);
        answered(write(0x5000 | 3, 0, 0), RCX_INVALID, 0, 0);
    }

    @Test
    void attributes_that_make_no_sense_leave_the_page_alone() {
        accept(0x5000);
        write(0x5000, 0x8001_0000L, 0x0001_0000L);

        answered(write(0x5000, 0x8002_0000L, 0x0003_0000L), 0xC0000B1100000000L, 0, 0x8001_800fL);
        answered(write(0x5000, 0x8100_0000L, 0x0100_0000L), 0xC0000B1100000000L, 0, 0x8001_800fL);
        answered(read(0x5000), 0, 0x5000, 0x8001_800fL);
    }

    @Test
    void attributes_have_a_level() {
        accept(2 * MIB | 1);
        accept(5 * MIB);

        answered(write(4 * MIB | 1, 0, 0), 0xC0000B0B00000001L, 0, 0);
        answered(write(2 * MIB + 0x1000, 0x8001_0000L, 1 << 16), 0, 2 * MIB + 0x1000, 0x8001_800fL);
        answered(read(2 * MIB), 0, 2 * MIB, 0x800f);
    }
}
