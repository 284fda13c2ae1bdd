package dev.trampette.shim;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trampette.shim.vmx.FieldSet;
import dev.trampette.shim.vmx.VmcsRegion;
import dev.trampette.shim.vmx.VmxUnit;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rules of the VMX unit, one by one (SDM volume 3C, "VMX Instruction Reference").
///
/// The instructions here name RAX in ModRM.reg and RDX in ModRM.rm.
class VmxUnitTest {

    private static final long SUCCEED = 0;
    private static final long FAIL_INVALID = Registers.CF;
    private static final long FAIL_VALID = Registers.ZF;

    private static final int TSC_OFFSET = 0x2010;
    private static final int EXIT_REASON = 0x4402;
    private static final int VPID = 0x0000;

    private static final long OTHER_VMCS = 0x5000;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment block = arena.allocate(Registers.LAYOUT);
    private final MemorySegment memory = arena.allocate(JAVA_LONG, 4);
    private final Registers registers = new Registers(block.address());
    private final VmxUnit unit = new VmxUnit();

    /// Execute an instruction with all flags set before; the arithmetic flags after it, of which each is written.
    private long execute(Instruction instruction, boolean inMemory, long reg, long operand) {
        block.set(JAVA_INT, Registers.LAYOUT.byteOffset(groupElement("instruction")),
                instruction.number() | Gpr.RDX.ordinal() << 8 | Gpr.RAX.ordinal() << 12 | (inMemory ? 1 << 16 : 0));
        block.set(JAVA_LONG, Registers.LAYOUT.byteOffset(groupElement("operand")), inMemory ? operand : 0);
        registers.setRflags(-1);
        registers.set(Gpr.RAX, reg);
        registers.set(Gpr.RDX, operand);
        unit.execute(registers);
        assertThat(registers.rflags() | Registers.ARITHMETIC_FLAGS).as("the other flags").isEqualTo(-1);
        return registers.rflags() & Registers.ARITHMETIC_FLAGS;
    }

    private long vmread(long field) {
        return execute(Instruction.VMREAD, false, field, 0xdeadL);
    }

    private long vmwrite(long field, long value) {
        return execute(Instruction.VMWRITE, false, field, value);
    }

    /// An instruction whose operand is in memory: one word, or a descriptor of two.
    private long withMemory(Instruction instruction, long reg, long first, long second) {
        memory.setAtIndex(JAVA_LONG, 1, first);
        memory.setAtIndex(JAVA_LONG, 2, second);
        return execute(instruction, true, reg, memory.address() + 8);
    }

    private long vmclear(long address) {
        return withMemory(Instruction.VMCLEAR, 0, address, 0);
    }

    private long vmptrld(long address) {
        return withMemory(Instruction.VMPTRLD, 0, address, 0);
    }

    private int exception() {
        return block.get(JAVA_INT, Registers.LAYOUT.byteOffset(groupElement("exception")));
    }

    private int error() {
        return unit.current().orElseThrow().instructionError().number();
    }

    @Test
    void a_new_unit_is_in_vmx_operation_with_a_clear_vmcs() {
        VmcsRegion region = unit.current().orElseThrow();

        assertThat(region.address()).isEqualTo(VmxUnit.FIRST_VMCS);
        assertThat(region.isLaunched()).isFalse();
        assertThat(region.revision()).isEqualTo(VmxUnit.REVISION);
        assertThat(vmread(TSC_OFFSET)).isEqualTo(SUCCEED);
        assertThat(registers.get(Gpr.RDX)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"VMREAD", "VMWRITE", "VMCLEAR", "VMPTRLD", "INVEPT", "INVVPID", "VMPTRST", "VMXOFF"})
    void outside_vmx_operation_every_instruction_is_an_invalid_opcode(Instruction instruction) {
        unit.vmxoff();
        withMemory(instruction, 1, 1, 1);

        assertThat(exception()).isEqualTo(1 + Registers.UD);
        assertThat(registers.rflags()).as("a fault changes no flag").isEqualTo(-1);
    }

    @Test
    void vmx_operation_begins_with_a_region_of_this_processor() {
        assertThat(withMemory(Instruction.VMXON, 0, OTHER_VMCS, 0)).as("in VMX operation").isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(15);
        assertThat(execute(Instruction.VMXOFF, false, 0, 0)).isEqualTo(SUCCEED);
        assertThat(unit.current()).isEmpty();

        assertThat(withMemory(Instruction.VMXON, 0, OTHER_VMCS, 0)).as("no revision").isEqualTo(FAIL_INVALID);
        assertThat(withMemory(Instruction.VMXON, 0, OTHER_VMCS + 8, 0)).as("no page").isEqualTo(FAIL_INVALID);
        withMemory(Instruction.VMPTRST, 0, 0, 0);
        assertThat(exception()).as("still outside").isEqualTo(1 + Registers.UD);
        block.set(JAVA_INT, Registers.LAYOUT.byteOffset(groupElement("exception")), 0);

        unit.region(OTHER_VMCS);
        assertThat(withMemory(Instruction.VMXON, 0, OTHER_VMCS, 0)).isEqualTo(SUCCEED);
        assertThat(vmptrld(OTHER_VMCS)).as("the VMXON pointer").isEqualTo(FAIL_INVALID);
    }

    @Test
    void vmptrst_stores_the_pointer_to_the_current_vmcs() {
        assertThat(withMemory(Instruction.VMPTRST, 0, 0, 0)).isEqualTo(SUCCEED);
        assertThat(memory.getAtIndex(JAVA_LONG, 1)).isEqualTo(VmxUnit.FIRST_VMCS);
        unit.noCurrent();
        assertThat(withMemory(Instruction.VMPTRST, 0, 0, 0)).isEqualTo(SUCCEED);
        assertThat(memory.getAtIndex(JAVA_LONG, 1)).isEqualTo(-1);
    }

    @Test
    void vmx_operation_begins_without_a_vmcs() {
        assertThat(unit.vmxoff().current()).isEmpty();
        assertThat(unit.vmxon(0x9000).current()).isEmpty();
        assertThat(vmread(TSC_OFFSET)).isEqualTo(FAIL_INVALID);
        assertThat(vmptrld(0x9000)).isEqualTo(FAIL_INVALID);
        assertThat(vmptrld(VmxUnit.FIRST_VMCS)).isEqualTo(SUCCEED);
    }

    /// Whatever the width of the field, 64 bits are written.
    @ParameterizedTest
    @CsvSource({
        "0x0000, 0x1111222233334444, 0x4444",
        "0x2010, 0x1111222233334444, 0x1111222233334444",
        "0x2011, 0x1111222233334444, 0x33334444",
        "0x4012, 0x1111222283334444, 0x83334444",
        "0x681e, 0x1111222233334444, 0x1111222233334444"
    })
    void a_write_is_cut_to_the_field_and_a_read_is_zero_extended(long field, long written, long read) {
        assertThat(vmwrite(field, written)).isEqualTo(SUCCEED);
        assertThat(registers.get(Gpr.RDX)).as("VMWRITE writes no register").isEqualTo(written);

        assertThat(vmread(field)).isEqualTo(SUCCEED);
        assertThat(registers.get(Gpr.RDX)).isEqualTo(read);
        assertThat(registers.get(Gpr.RAX)).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource({"0x0000, 0x7777", "0x2010, 0x1234567877777777", "0x2011, 0x12345678"})
    void an_operand_in_memory_has_8_bytes(long field, long value) {
        memory.fill((byte) 0x55);
        assertThat(withMemory(Instruction.VMWRITE, field, value, -1)).isEqualTo(SUCCEED);
        assertThat(withMemory(Instruction.VMREAD, field, -1, -1)).isEqualTo(SUCCEED);

        assertThat(memory.toArray(JAVA_LONG)).containsExactly(0x5555555555555555L, value, -1, 0x5555555555555555L);
        assertThat(registers.get(Gpr.RDX)).isEqualTo(memory.address() + 8);
    }

    @Test
    void a_high_half_and_its_field_are_the_same_bits() {
        vmwrite(TSC_OFFSET, 0x1111222233334444L);
        vmwrite(TSC_OFFSET | 1, 0xaaaaaaaa55556666L);
        vmread(TSC_OFFSET);
        assertThat(registers.get(Gpr.RDX)).isEqualTo(0x5555666633334444L);

        vmwrite(TSC_OFFSET, 1);
        vmread(TSC_OFFSET | 1);
        assertThat(registers.get(Gpr.RDX)).isZero();
    }

    /// High halves of fields of other widths, bits above 31, the reserved bits 12 and 15, an index that is not used.
    @ParameterizedTest
    @ValueSource(longs = {0x0001, 0x4403, 0x681f, 0x100002010L, 0x8000000000000000L, 0x3010, 0xa010, 0x6d00, -1})
    void an_unsupported_component_is_error_12(long field) {
        assertThat(vmread(field)).isEqualTo(FAIL_VALID);
        assertThat(registers.get(Gpr.RDX)).as("a VMREAD that fails writes nothing").isEqualTo(0xdead);
        assertThat(error()).isEqualTo(12);

        unit.field(0x4400, 0);
        assertThat(vmwrite(field, 1)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(12);
    }

    @Test
    void which_fields_are_supported_can_be_chosen() {
        unit.supports(FieldSet.shipped().without(TSC_OFFSET));
        assertThat(vmread(TSC_OFFSET)).isEqualTo(FAIL_VALID);
        assertThat(vmread(TSC_OFFSET | 1)).isEqualTo(FAIL_VALID);
        assertThat(vmread(VPID)).isEqualTo(SUCCEED);

        unit.supports(FieldSet.of(TSC_OFFSET));
        assertThat(vmread(TSC_OFFSET)).isEqualTo(SUCCEED);
        assertThat(vmread(VPID)).isEqualTo(FAIL_VALID);
        assertThatThrownBy(() -> FieldSet.of(0x2011)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the encoding of a high half, encoding=0x2011");
    }

    @ParameterizedTest
    @ValueSource(longs = {0x2400, 0x2401, 0x4400, 0x4402, 0x6400})
    void vm_exit_information_is_error_13_unless_the_processor_can_write_it(long field) {
        assertThat(vmwrite(field, 7)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(13);
        assertThat(unit.region(VmxUnit.FIRST_VMCS).field((int) field)).isEqualTo(field == 0x4400 ? 13 : 0);

        unit.writesReadOnly(true);
        assertThat(vmwrite(field, 7)).isEqualTo(SUCCEED);
        assertThat(unit.region(VmxUnit.FIRST_VMCS).field((int) field)).isEqualTo(7);
    }

    @Test
    void support_is_checked_before_access() {
        unit.supports(FieldSet.shipped().without(EXIT_REASON));
        vmwrite(EXIT_REASON, 1);

        assertThat(error()).isEqualTo(12);
    }

    @Test
    void the_error_stays_until_the_next_one() {
        vmread(0x6d00);
        assertThat(vmread(TSC_OFFSET)).isEqualTo(SUCCEED);
        assertThat(error()).isEqualTo(12);
        assertThat(vmread(0x4400)).isEqualTo(SUCCEED);
        assertThat(registers.get(Gpr.RDX)).isEqualTo(12);

        vmptrld(1);
        assertThat(error()).isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource(names = {"VMREAD", "VMWRITE", "VMCLEAR", "VMPTRLD", "INVEPT", "INVVPID"})
    void without_a_current_vmcs_a_failure_has_no_number(Instruction instruction) {
        unit.noCurrent();

        assertThat(withMemory(instruction, 0x6d00, 1, 0)).isEqualTo(FAIL_INVALID);
        assertThat(memory.getAtIndex(JAVA_LONG, 1)).isEqualTo(1);
        assertThat(unit.region(VmxUnit.FIRST_VMCS).instructionError().number()).isZero();
    }

    /// Not the address of a page, too wide, and the VMXON region.
    @ParameterizedTest
    @CsvSource({"0x3001, 2, 9", "0x3800, 2, 9", "0x10000000000000, 2, 9", "-0x8000000000000000, 2, 9", "-1, 2, 9",
        "0x1000, 3, 10"})
    void an_address_that_cannot_be(long address, int ofVmclear, int ofVmptrld) {
        assertThat(vmclear(address)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(ofVmclear);
        assertThat(vmptrld(address)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(ofVmptrld);
        assertThat(unit.current().orElseThrow().address()).isEqualTo(VmxUnit.FIRST_VMCS);
    }

    @Test
    void the_width_of_a_physical_address_can_be_chosen() {
        long address = 1L << 46;
        unit.region(address);
        assertThat(vmptrld(address)).isEqualTo(SUCCEED);

        unit.physicalAddressWidth(46);
        assertThat(vmptrld(address)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(9);
        assertThat(vmclear(address)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(2);
        assertThat(withMemory(Instruction.INVEPT, 1, address | 0x1e, 0)).isEqualTo(FAIL_VALID);
    }

    /// Memory that was never written, another revision, a shadow VMCS.
    @ParameterizedTest
    @ValueSource(ints = {0, VmxUnit.REVISION + 1, VmxUnit.REVISION | 1 << 31})
    void another_revision_identifier_is_error_11(int revision) {
        unit.region(OTHER_VMCS).revision(revision);

        assertThat(vmptrld(OTHER_VMCS)).isEqualTo(FAIL_VALID);
        assertThat(error()).isEqualTo(11);
        assertThat(vmclear(OTHER_VMCS)).as("VMCLEAR does not look at it").isEqualTo(SUCCEED);
    }

    @Test
    void every_vmcs_has_fields_of_its_own() {
        unit.region(OTHER_VMCS);
        vmwrite(TSC_OFFSET, 1);
        assertThat(vmptrld(OTHER_VMCS)).isEqualTo(SUCCEED);
        vmwrite(TSC_OFFSET, 2);
        vmread(0x6d00);
        assertThat(vmptrld(VmxUnit.FIRST_VMCS)).isEqualTo(SUCCEED);

        vmread(TSC_OFFSET);
        assertThat(registers.get(Gpr.RDX)).isEqualTo(1);
        assertThat(error()).as("so is the error").isZero();
        assertThat(unit.region(OTHER_VMCS).instructionError().number()).isEqualTo(12);
    }

    @Test
    void vmclear_of_the_current_vmcs_leaves_none_and_clears_the_launch_state() {
        unit.launch();
        assertThat(unit.region(VmxUnit.FIRST_VMCS).isLaunched()).isTrue();
        assertThat(vmclear(OTHER_VMCS)).isEqualTo(SUCCEED);
        assertThat(unit.current()).as("of another one, nothing").isPresent();
        assertThat(unit.region(VmxUnit.FIRST_VMCS).isLaunched()).isTrue();

        assertThat(vmclear(VmxUnit.FIRST_VMCS)).isEqualTo(SUCCEED);
        assertThat(unit.current()).isEmpty();
        assertThat(unit.region(VmxUnit.FIRST_VMCS).isLaunched()).isFalse();
    }

    @Test
    void vmptrld_keeps_the_launch_state() {
        unit.launch();
        vmptrld(VmxUnit.FIRST_VMCS);

        assertThat(unit.current().orElseThrow()).hasToString("VMCS at 0x2000, revision 0x12, launched");
    }

    /// Types, all 64 bits of them; and EPTPs: write-back and uncached, walks of 4 and 5 levels, accessed flags.
    @ParameterizedTest
    @CsvSource({
        "1, 0x12345601e, true", "1, 0x123456026, true", "1, 0x123456018, true", "1, 0x12345605e, true", "2, -1, true",
        "0, 0x12345601e, false", "3, 0x12345601e, false", "0x100000001, 0x12345601e, false",
        "1, 0x12345601d, false", "1, 0x123456016, false", "1, 0x12345602e, false",
        "1, 0x12345609e, false", "1, 0x12345681e, false", "1, 0x1000000000001e, false"
    })
    void invept(long type, long eptp, boolean accepted) {
        long flags = withMemory(Instruction.INVEPT, type, eptp, 0);

        assertThat(flags).isEqualTo(accepted ? SUCCEED : FAIL_VALID);
        assertThat(error()).isEqualTo(accepted ? 0 : 28);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 0x7fffffffffff, true", "0, 1, 0xffff800000000000, true", "1, 0xffff, -1, true", "2, 0, 0, true",
        "3, 1, 0, true", "1, 1, 0x800000000000, true",
        "0, 1, 0x800000000000, false", "0, 1, 0xffff7fffffffffff, false",
        "0, 0, 0, false", "1, 0, 0, false", "3, 0, 0, false",
        "0, 0x10001, 0, false", "1, 0x10001, 0, false", "2, 0x8000000000000001, 0, false", "3, 0x10001, 0, false",
        "4, 1, 0, false", "0x100000001, 1, 0, false", "-1, 1, 0, false"
    })
    void invvpid(long type, String vpid, String address, boolean accepted) {
        long flags = withMemory(Instruction.INVVPID, type, unsigned(vpid), unsigned(address));

        assertThat(flags).isEqualTo(accepted ? SUCCEED : FAIL_VALID);
        assertThat(error()).isEqualTo(accepted ? 0 : 28);
    }

    private static long unsigned(String number) {
        return number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
    }

    @Test
    void the_operand_of_an_instruction_with_registers_is_not_in_memory() {
        vmread(VPID);

        assertThat(registers.isMemoryOperand()).isFalse();
        assertThatThrownBy(registers::memoryOperand).isInstanceOf(IllegalStateException.class)
                .hasMessage("the operand is a register, operand=rdx");
    }
}
