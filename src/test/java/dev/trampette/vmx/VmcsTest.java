package dev.trampette.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.Result;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.shim.vmx.VmxUnit;
import dev.trampette.spec.VmInstructionError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Reads of a VMCS in every design, on every outcome.
class VmcsTest {

    private static final VmcsField.Width16 VPID = VmcsFields.VIRTUAL_PROCESSOR_ID;
    private static final VmcsField.Width64 TSC_OFFSET = VmcsFields.TSC_OFFSET;
    private static final VmcsField.Width32 EXIT_REASON = VmcsFields.VM_EXIT_REASON;
    private static final VmcsField.Natural GUEST_RIP = VmcsFields.GUEST_RIP;
    private static final VmcsField.Natural NO_SUCH_FIELD = new VmcsField.Natural.ReadWrite(0x6d00);

    private final VmxUnit unit = new VmxUnit()
            .field(0x0000, 0x1234)
            .field(0x2010, 0x1111222233334444L)
            .field(0x4402, 0x80000021L)
            .field(0x681e, 0xffffffff81000000L);

    @ParameterizedTest
    @EnumSource
    void a_field_is_read_at_its_width(VmreadDesign design) {
        Vmcs vmcs = Vmcs.of(design, unit);

        assertThat(vmcs.read(VPID)).isEqualTo(new Result.Ok<>((short) 0x1234));
        assertThat(vmcs.read(TSC_OFFSET)).isEqualTo(new Result.Ok<>(0x1111222233334444L));
        assertThat(vmcs.read(TSC_OFFSET.high())).isEqualTo(new Result.Ok<>(0x11112222));
        assertThat(vmcs.read(EXIT_REASON)).isEqualTo(new Result.Ok<>(0x80000021));
        assertThat(vmcs.read(GUEST_RIP)).isEqualTo(new Result.Ok<>(0xffffffff81000000L));
        assertThat(unit.reported()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void an_unsupported_field_fails_with_error_12(VmreadDesign design) {
        Vmcs vmcs = Vmcs.of(design, unit);
        assertThat(vmcs.read(NO_SUCH_FIELD)).isEqualTo(new Result.Refused<>(
                new VmxError.Vmread(0x6d00, false)));

        assertThat(unit.current().orElseThrow().instructionError()).isEqualTo(
                VmInstructionError.UNSUPPORTED_COMPONENT);
        assertThat(unit.reported()).containsExactly(new VmxError.Vmread(0x6d00, false));
        assertThat(vmcs.read(VPID)).as("a failure does not stick").isEqualTo(new Result.Ok<>((short) 0x1234));
    }

    @ParameterizedTest
    @EnumSource
    void no_current_vmcs_fails(VmreadDesign design) {
        assertThat(Vmcs.of(design, unit.noCurrent()).read(GUEST_RIP))
                .isEqualTo(new Result.Refused<>(new VmxError.Vmread(0x681e, false)));
        assertThat(unit.region(VmxUnit.FIRST_VMCS).instructionError().number()).as("no VMCS is current to hold it")
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void a_fault_is_reported_as_a_fault(VmreadDesign design) {
        assertThat(Vmcs.of(design, unit.vmxoff()).read(GUEST_RIP))
                .isEqualTo(new Result.Refused<>(new VmxError.Vmread(0x681e, true)));
        assertThat(unit.reported()).containsExactly(new VmxError.Vmread(0x681e, true));
    }

    /// Linux's vmread_error() reads the VM-instruction error.
    @ParameterizedTest
    @EnumSource
    void an_error_handler_may_read_fields(VmreadDesign design) {
        Vmcs[] vmcs = new Vmcs[1];
        List<Object> errors = new ArrayList<>();
        vmcs[0] = Vmcs.of(design, new Shim() {
            @Override
            public void execute(Registers registers) {
                unit.execute(registers);
            }

            @Override
            public void error(VmxError error) {
                errors.add(vmcs[0].read(new VmcsField.Width32.ReadOnly(0x4400)));
            }
        });

        assertThat(vmcs[0].read(NO_SUCH_FIELD))
                .isEqualTo(new Result.Refused<>(new VmxError.Vmread(0x6d00, false)));
        assertThat(errors).containsExactly(new Result.Ok<>(12));
        assertThat(vmcs[0].read(VPID)).isEqualTo(new Result.Ok<>((short) 0x1234));
    }

    @Test
    void an_encoding_must_have_the_width_of_its_type() {
        assertThatThrownBy(() -> new VmcsField.Width16.ReadWrite(0x2010)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not the encoding of a writable 16-bit field, encoding=0x2010");
        assertThatThrownBy(() -> new VmcsField.Width64.ReadWrite(0x2011)).as("high half")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VmcsField.High.ReadWrite(0x2010)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VmcsField.High.ReadOnly(0x4403)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VmcsField.Width32.ReadWrite(0x6800)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VmcsField.Natural.ReadWrite(0x7800)).as("reserved bit 12")
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new VmcsField.Natural.ReadWrite(0x1681e)).as("reserved bit 16")
                .isInstanceOf(IllegalArgumentException.class);
    }
}
