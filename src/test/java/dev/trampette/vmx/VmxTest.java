package dev.trampette.vmx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.call.Result;
import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.shim.vmx.FieldSet;
import dev.trampette.shim.vmx.VmxUnit;
import dev.trampette.spec.VmInstructionError;
import dev.trampette.support.Compiler;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The VMX instructions from Java, in every design, on every outcome.
class VmxTest {

    private static final long OTHER_VMCS = 0x5000;
    private static final long EPTP = 0x12345601eL;

    private final VmxUnit unit = new VmxUnit();

    private VmInstructionError error() {
        return unit.current().orElseThrow().instructionError();
    }

    @ParameterizedTest
    @EnumSource
    void what_is_written_is_read(VmxDesign design) {
        Vmx vmx = Vmx.of(design, unit);

        assertThat(vmx.write(VmcsFields.VIRTUAL_PROCESSOR_ID, (short) 0xfedc)).isEmpty();
        assertThat(vmx.write(VmcsFields.TSC_OFFSET, 0x1111222233334444L)).isEmpty();
        assertThat(vmx.write(VmcsFields.TSC_OFFSET.high(), 0x55556666)).isEmpty();
        assertThat(vmx.write(VmcsFields.EXCEPTION_BITMAP, 0x80000001)).isEmpty();
        assertThat(vmx.write(VmcsFields.GUEST_RIP, 0xffffffff81000000L)).isEmpty();

        assertThat(vmx.read(VmcsFields.VIRTUAL_PROCESSOR_ID)).isEqualTo(new Result.Ok<>((short) 0xfedc));
        assertThat(vmx.read(VmcsFields.TSC_OFFSET)).isEqualTo(new Result.Ok<>(0x5555666633334444L));
        assertThat(vmx.read(VmcsFields.TSC_OFFSET.high())).isEqualTo(new Result.Ok<>(0x55556666));
        assertThat(vmx.read(VmcsFields.EXCEPTION_BITMAP)).isEqualTo(new Result.Ok<>(0x80000001));
        assertThat(vmx.read(VmcsFields.GUEST_RIP)).isEqualTo(new Result.Ok<>(0xffffffff81000000L));
        assertThat(unit.reported()).isEmpty();
    }

    /// Linux: VMREAD by the stack trampoline, "asm goto" for what has no output.
    @ParameterizedTest
    @EnumSource
    void reads_may_have_another_design(VmreadDesign reads) {
        Vmx vmx = Vmx.of(reads, VmxDesign.BRANCH_OUT, unit);

        assertThat(vmx.write(VmcsFields.GUEST_RSP, 42)).isEmpty();
        assertThat(vmx.read(VmcsFields.GUEST_RSP)).isEqualTo(new Result.Ok<>(42L));
        unit.noCurrent();
        assertThat(vmx.read(VmcsFields.GUEST_RSP)).isEqualTo(new Result.Refused<>(new VmxError.Vmread(0x681c, false)));
        assertThat(vmx.write(VmcsFields.GUEST_RSP, 42)).contains(new VmxError.Vmwrite(0x681c, 42));
    }

    @ParameterizedTest
    @EnumSource
    void a_write_that_fails_says_field_and_value(VmxDesign design) {
        unit.supports(FieldSet.shipped().without(VmcsFields.VIRTUAL_PROCESSOR_ID.encoding()));

        assertThat(Vmx.of(design, unit).write(VmcsFields.VIRTUAL_PROCESSOR_ID, (short) -1))
                .contains(new VmxError.Vmwrite(0, 0xffff));
        assertThat(error()).isEqualTo(VmInstructionError.UNSUPPORTED_COMPONENT);
    }

    @ParameterizedTest
    @EnumSource
    void a_vmcs_is_loaded_and_cleared(VmxDesign design) {
        Vmx vmx = Vmx.of(design, unit);
        unit.region(OTHER_VMCS);

        assertThat(vmx.load(OTHER_VMCS)).isEmpty();
        assertThat(unit.current().orElseThrow().address()).isEqualTo(OTHER_VMCS);
        unit.launch();
        assertThat(vmx.clear(OTHER_VMCS)).isEmpty();
        assertThat(unit.current()).isEmpty();
        assertThat(unit.region(OTHER_VMCS).isLaunched()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void an_address_that_fails_is_reported(VmxDesign design) {
        Vmx vmx = Vmx.of(design, unit);

        assertThat(vmx.clear(0x3001)).contains(new VmxError.Vmclear(0x3001, 0x3001));
        assertThat(error()).isEqualTo(VmInstructionError.VMCLEAR_INVALID_ADDRESS);
        assertThat(vmx.load(VmxUnit.VMXON_POINTER)).contains(new VmxError.Vmptrld(0x1000, 0x1000));
        assertThat(error()).isEqualTo(VmInstructionError.VMPTRLD_VMXON_POINTER);
        assertThat(vmx.load(OTHER_VMCS)).contains(new VmxError.Vmptrld(OTHER_VMCS, OTHER_VMCS));
        assertThat(error()).isEqualTo(VmInstructionError.VMPTRLD_WRONG_REVISION);
    }

    @ParameterizedTest
    @EnumSource
    void translations_are_invalidated(VmxDesign design) {
        Vmx vmx = Vmx.of(design, unit);

        for (InveptType type : InveptType.values()) {
            assertThat(vmx.invept(type, EPTP)).isEmpty();
        }
        for (InvvpidType type : InvvpidType.values()) {
            assertThat(vmx.invvpid(type, (short) 0xffff, 0xffff800000000000L)).isEmpty();
        }
        assertThat(vmx.invept(InveptType.SINGLE_CONTEXT, 0)).contains(new VmxError.Invept(1, 0));
        assertThat(vmx.invvpid(InvvpidType.INDIVIDUAL_ADDRESS, (short) 0xffff, 1L << 47))
                .contains(new VmxError.Invvpid(0, 0xffff, 1L << 47));
        assertThat(vmx.invvpid(InvvpidType.SINGLE_CONTEXT, (short) 0, 0)).contains(new VmxError.Invvpid(1, 0, 0));
        assertThat(error()).isEqualTo(VmInstructionError.INVALID_INVALIDATION_OPERAND);
    }

    @ParameterizedTest
    @EnumSource
    void a_fault_is_spurious(VmxDesign design) {
        Vmx vmx = Vmx.of(design, unit.vmxoff());
        Optional<VmxError> fault = Optional.of(new VmxError.SpuriousFault());

        assertThat(vmx.write(VmcsFields.GUEST_RIP, 0)).isEqualTo(fault);
        assertThat(vmx.clear(0)).isEqualTo(fault);
        assertThat(vmx.load(0)).isEqualTo(fault);
        assertThat(vmx.invept(InveptType.GLOBAL, 0)).isEqualTo(fault);
        assertThat(vmx.invvpid(InvvpidType.ALL_CONTEXTS, (short) 0, 0)).isEqualTo(fault);
        assertThat(vmx.read(VmcsFields.GUEST_RIP)).isEqualTo(new Result.Refused<>(new VmxError.Vmread(0x681e, true)));
        assertThat(unit.reported()).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource
    void what_a_shim_throws_comes_out_and_leaves_nothing_behind(VmxDesign design) {
        Vmx vmx = Vmx.of(design, new Shim() {
            @Override
            public void execute(Registers registers) {
                unit.execute(registers);
            }

            @Override
            public void error(VmxError error) {
                if (error instanceof VmxError.Vmclear) {
                    throw new IllegalStateException(error.toString());
                }
            }
        });

        assertThatThrownBy(() -> vmx.clear(1)).isInstanceOf(IllegalStateException.class)
                .hasMessage("VMCLEAR failed, vmcs 0x1, address 0x1");
        assertThat(vmx.write(VmcsFields.GUEST_RIP, 1)).isEmpty();
        assertThat(vmx.load(1)).contains(new VmxError.Vmptrld(1, 1));
    }

    @Test
    void a_field_that_can_be_written_has_a_write() {
        assertThat(Compiler.errors("Vmx vmx", "return vmx.write(VmcsFields.GUEST_RIP, 1L);")).isEmpty();
        assertThat(Compiler.errors("Vmx vmx", "return vmx.write(VmcsFields.TSC_OFFSET.high(), 1);")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VmcsFields.VM_EXIT_REASON, 1", "VmcsFields.EXIT_QUALIFICATION, 1L",
        "VmcsFields.GUEST_PHYSICAL_ADDRESS.high(), 1", "VmcsFields.VIRTUAL_PROCESSOR_ID, 1L",
        "VmcsFields.EXCEPTION_BITMAP, 1L"})
    void a_read_only_field_has_none_and_a_value_must_fit(String arguments) {
        assertThat(Compiler.errors("Vmx vmx", "return vmx.write(%s);".formatted(arguments))).isNotEmpty();
    }

    @Test
    void only_vmread_has_a_stack_trampoline() {
        assertThat(Compiler.errors("Shim shim", "return Vmx.of(VmxDesign.FUNCTION, shim);")).isEmpty();
        assertThat(Compiler.errors("Shim shim", "return Vmx.of(VmreadDesign.STACK_TRAMPOLINE, shim);")).isNotEmpty();
        assertThat(VmxDesign.FUNCTION).hasToString("function");
        assertThat(VmxDesign.BRANCH_OUT.label()).isEqualTo("branch-out");
    }

    @Test
    void an_error_says_what_its_handler_was_told() {
        assertThat(VmxError.of(3, 0x681e, 1, 9)).hasToString("VMREAD faulted, field 0x681e");
        assertThat(VmxError.of(4, 0x681e, 1, 9)).hasToString("VMWRITE failed, field 0x681e, value 0x1");
        assertThat(VmxError.of(6, 1, 2, 9)).hasToString("VMPTRLD failed, vmcs 0x1, address 0x2");
        assertThat(VmxError.of(7, 1, 2, 9)).hasToString("INVEPT failed, type 1, eptp 0x2");
        assertThat(VmxError.of(8, 1, 2, 3)).hasToString("INVVPID failed, type 1, vpid 0x2, address 0x3");
        assertThat(VmxError.of(0, 9, 9, 9)).hasToString("spurious fault").isEqualTo(new VmxError.SpuriousFault());
        assertThatThrownBy(() -> VmxError.of(1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such error handler, number=1");
    }
}
