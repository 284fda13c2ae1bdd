package dev.trampette.shim;

import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.tdx.GhciVmm;
import dev.trampette.shim.tdx.MetadataFields;
import dev.trampette.shim.tdx.TdxModule;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Tdg;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reading and writing of metadata: what comes back, also on failure.
class MetadataTest {

    private static final long HIGH = 0x9110000300000010L;
    private static final long LOW = 0x1110000300000000L;
    private static final long INCORRECT = 0xC0000C0000000000L;
    private static final long FIRST = 0x00000C0B00000000L;
    private static final long RCX_INVALID = 0xC000010000000001L;

    private final TdxModule module = new TdxModule(_ -> {
    });

    private MetadataFields fields(long leaf) {
        MetadataFields fields = switch ((int) leaf & 0xffff) {
            case (int) Tdg.VM_RD, (int) Tdg.VM_WR -> module.tdFields();
            case (int) Tdg.VP_RD, (int) Tdg.VP_WR -> module.vcpuFields();
            default -> module.systemFields();
        };
        return fields.field(HIGH, 0xaaaa).field(LOW, 0x5555, 0xff);
    }

    private Cpu call(long leaf, long rcx, long rdx, long r8, long r9) {
        Set<Gpr> outputs = leaf == Tdg.VM_RD || leaf == Tdg.VM_WR || leaf == Tdg.VP_WR || leaf == Tdg.SYS_RDALL
                ? EnumSet.of(R8) : EnumSet.of(R8, RDX);
        return new Cpu(Instruction.TDCALL).set(RAX, leaf).set(RCX, rcx).set(RDX, rdx).set(R8, r8).set(R9, r9)
                .execute(module).keepsAllBut(outputs);
    }

    private static void answered(Cpu cpu, long rax, long rdx, long r8) {
        assertThat(cpu.get(RAX)).isEqualTo(rax);
        assertThat(cpu.get(RDX)).isEqualTo(rdx);
        assertThat(cpu.get(R8)).isEqualTo(r8);
    }

    @ParameterizedTest
    @ValueSource(longs = {Tdg.VM_RD_VERSION_1, Tdg.VP_RD, Tdg.SYS_RD})
    void a_read_gives_the_value_and_the_next_field(long leaf) {
        fields(leaf);

        answered(call(leaf, 0, -1, 7, 7), FIRST, LOW, 0);
        answered(call(leaf, 0, LOW, 7, 7), 0, HIGH, 0x5555);
        answered(call(leaf, 0, HIGH, 7, 7), 0, -1, 0xaaaa);
        answered(call(leaf, 0, HIGH + 1, 7, 7), INCORRECT, -1, 0);
    }

    @Test
    void a_read_of_version_0_does_not_write_rdx() {
        fields(Tdg.VM_RD);

        answered(call(Tdg.VM_RD, 0, LOW, 7, 7), 0, LOW, 0x5555);
        answered(call(Tdg.VM_RD, 0, -1, 7, 7), INCORRECT, -1, 0);
        answered(call(Tdg.VM_RD, 0, HIGH + 1, 7, 7), INCORRECT, HIGH + 1, 0);
        answered(call(Tdg.VM_RD, 5, LOW, 7, 7), RCX_INVALID, LOW, 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {Tdg.VM_WR, Tdg.VP_WR})
    void a_write_changes_what_is_asked_for_and_writable(long leaf) {
        MetadataFields fields = fields(leaf);

        answered(call(leaf, 0, LOW, 0xffff, 0xf0f), 0, LOW, 0x5555);
        assertThat(fields.value(LOW)).isEqualTo(0x555f);
        answered(call(leaf, 0, HIGH, 1, -1), 0xC0000C0100000000L, HIGH, 0);
        answered(call(leaf, 0, LOW, 1, 0xff00), 0xC0000C0100000000L, LOW, 0);
        answered(call(leaf, 0, LOW + 1, 1, -1), INCORRECT, LOW + 1, 0);
        answered(call(leaf, 0, -1, 1, -1), INCORRECT, -1, 0);
        answered(call(leaf, 1, LOW, 1, -1), RCX_INVALID, LOW, 0);
        assertThat(fields.value(LOW)).isEqualTo(0x555f);
        assertThat(fields.value(HIGH)).isEqualTo(0xaaaa);
    }

    @Test
    void a_handle_that_is_not_0_fails_with_default_outputs() {
        fields(Tdg.VP_RD);
        fields(Tdg.SYS_RD);

        answered(call(Tdg.VP_RD, 1, LOW, 7, 7), RCX_INVALID, -1, 0);
        answered(call(Tdg.VM_RD_VERSION_1, 1, LOW, 7, 7), RCX_INVALID, -1, 0);
        answered(call(Tdg.SYS_RD, 1, LOW, 7, 7), 0, HIGH, 0x5555);
    }

    @Test
    void all_ones_is_no_field() {
        MetadataFields fields = module.tdFields();

        assertThatThrownBy(() -> fields.field(MetadataFields.NO_FIELD, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("id=-1");
        assertThatThrownBy(() -> fields.field(MetadataFields.NO_FIELD, 1, -1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("id=-1");
    }

    @Test
    void contexts_are_apart_and_empty_at_first() {
        fields(Tdg.VM_RD);

        answered(call(Tdg.VP_RD, 0, LOW, 7, 7), INCORRECT, -1, 0);
        answered(call(Tdg.VP_RD, 0, -1, 7, 7), FIRST, -1, 0);
    }

    @Test
    void a_list_is_a_page_of_fields() {
        for (int i = 0; i < 300; i++) {
            module.systemFields().field(1000 + i, i);
        }
        module.memory().writeLong(0x3ff8, -1).writeLong(0x5000, -1);

        answered(call(Tdg.SYS_RDALL, 9, 0x4000, -1, 9), 0, 0x4000, 1255);
        assertThat(module.memory().readLong(0x4000)).isEqualTo(255L << 16 | 255 * 16 + 8);
        assertThat(module.memory().readLong(0x4008)).isEqualTo(1000);
        assertThat(module.memory().readLong(0x4ff0)).isEqualTo(254);
        assertThat(module.memory().readLong(0x4ff8)).isZero();
        answered(call(Tdg.SYS_RDALL, 9, 0x4000, 1255, 9), 0, 0x4000, -1);
        assertThat(module.memory().readLong(0x4000)).isEqualTo(45L << 16 | 45 * 16 + 8);
        assertThat(module.memory().readLong(0x4ff0)).as("the rest is zero").isZero();
        assertThat(module.memory().readLong(0x3ff8) & module.memory().readLong(0x5000)).isEqualTo(-1);
    }

    @Test
    void a_list_needs_a_private_page_and_a_field() {
        fields(Tdg.SYS_RDALL);

        answered(call(Tdg.SYS_RDALL, 0, 0x4800, -1, 0), 0xC000010000000002L, 0x4800, -1);
        answered(call(Tdg.SYS_RDALL, 0, GhciVmm.SHARED, -1, 0), 0xC000010000000002L, GhciVmm.SHARED, -1);
        answered(call(Tdg.SYS_RDALL, 0, 0x4000, 5, 0), INCORRECT, 0x4000, -1);
    }
}
