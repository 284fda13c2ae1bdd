package dev.trampette.shim.vmx;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.VmInstructionError;
import dev.trampette.spec.VmcsTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The VMX unit of a logical processor: VMXON, VMXOFF, VMREAD, VMWRITE, VMCLEAR, VMPTRLD, VMPTRST, INVEPT and INVVPID
/// on VMCS regions in a physical memory of its own. Privilege is not modelled, nor are VM entries.
///
/// An instruction outside VMX operation is #UD. Else it ends as "Conventions" (SDM volume 3C) has it, with all six
/// arithmetic flags written: VMsucceed clears them; VMfail(n) sets ZF and puts n into the VM-instruction error of the
/// current VMCS, or sets CF when there is none. The number stays until the next VMfail; a success does not clear it. An
/// instruction that fails writes nothing else.
public final class VmxUnit implements Shim {

    /// The VMCS revision identifier of this processor (IA32_VMX_BASIC, bits 30:0).
    public static final int REVISION = 0x12;

    /// The VMXON pointer of a new unit.
    public static final long VMXON_POINTER = 0x1000;

    /// The address of the VMCS that is current in a new unit.
    public static final long FIRST_VMCS = 0x2000;

    /// What VMPTRST stores when there is no current VMCS.
    private static final long NO_VMCS = -1;

    private final Regions regions = new Regions();
    private final List<VmxError> reported = new CopyOnWriteArrayList<>();
    private FieldSet supported = FieldSet.shipped();
    private Invalidation operands = new Invalidation(52, 48);
    private boolean writesReadOnly;

    /// A processor in VMX operation since VMXON at [#VMXON_POINTER]; the VMCS at [#FIRST_VMCS] is current and clear,
    /// and its fields are 0. Physical addresses have 52 bits.
    public VmxUnit() {
        vmxon(VMXON_POINTER);
        current(FIRST_VMCS);
    }

    /// Enter VMX operation: no VMCS is current.
    ///
    /// @param pointer the address of the VMXON region
    /// @return this
    public synchronized VmxUnit vmxon(long pointer) {
        regions.vmxon(pointer);
        return this;
    }

    /// Leave VMX operation: each instruction except VMXON is #UD then.
    ///
    /// @return this
    public synchronized VmxUnit vmxoff() {
        regions.vmxoff();
        return this;
    }

    /// Write this processor's revision identifier into a region, as software does before VMPTRLD.
    ///
    /// @param address the physical address of the region
    /// @return the region
    public synchronized VmcsRegion region(long address) {
        return regions.region(address).revision(REVISION);
    }

    /// Make a VMCS current, as VMPTRLD does when nothing is wrong.
    ///
    /// @param address the physical address of its region
    /// @return this
    public synchronized VmxUnit current(long address) {
        regions.current(region(address));
        return this;
    }

    /// Let no VMCS be current.
    ///
    /// @return this
    public synchronized VmxUnit noCurrent() {
        regions.current(null);
        return this;
    }

    /// {@return the current VMCS; empty when there is none}
    public synchronized Optional<VmcsRegion> current() {
        return regions.current();
    }

    /// What a VMLAUNCH that succeeds does to the launch state of the current VMCS: it is `launched`.
    ///
    /// @return this
    /// @throws java.util.NoSuchElementException when there is no current VMCS
    public VmxUnit launch() {
        current().orElseThrow().launched(true);
        return this;
    }

    /// Give a field of the current VMCS a value, as VM exits and software do.
    ///
    /// @param encoding of a field, or of the high half of one with 64 bits
    /// @param value what is wider than the field is cut off
    /// @return this
    /// @throws java.util.NoSuchElementException when there is no current VMCS
    public VmxUnit field(int encoding, long value) {
        current().orElseThrow().field(encoding, value);
        return this;
    }

    /// Say which fields VMREAD and VMWRITE find.
    ///
    /// @param fields these and no other; a new unit has all of [FieldSet#shipped]
    /// @return this
    public synchronized VmxUnit supports(FieldSet fields) {
        supported = fields;
        return this;
    }

    /// Say how wide a physical address is (CPUID 80000008H, EAX bits 7:0).
    ///
    /// @param bits 52 in a new unit
    /// @return this
    public synchronized VmxUnit physicalAddressWidth(int bits) {
        operands = new Invalidation(bits, operands.linearAddressWidth());
        return this;
    }

    /// Say whether VMWRITE can write VM-exit information (IA32_VMX_MISC, bit 29).
    ///
    /// @param can false in a new unit
    /// @return this
    public synchronized VmxUnit writesReadOnly(boolean can) {
        writesReadOnly = can;
        return this;
    }

    /// {@return what wrappers told the C error handlers, oldest first}
    public List<VmxError> reported() {
        return List.copyOf(reported);
    }

    @Override
    public void error(VmxError error) {
        reported.add(error);
    }

    @Override
    public synchronized void execute(Registers registers) {
        if (!regions.inVmxOperation() && registers.instruction() != Instruction.VMXON) {
            registers.fault(Registers.UD);
            return;
        }
        switch (registers.instruction()) {
            case VMREAD -> end(registers, vmread(registers));
            case VMWRITE -> end(registers, vmwrite(registers));
            case VMCLEAR -> end(registers, regions.vmclear(registers.operandValue(),
                    operands.physicalAddressWidth()));
            case VMPTRLD -> end(registers, regions.vmptrld(registers.operandValue(),
                    operands.physicalAddressWidth()));
            case INVEPT -> end(registers, invalidated(operands.acceptsInvept(
                    registers.get(registers.field()), registers.operandWord(0))));
            case INVVPID -> end(registers, invalidated(operands.acceptsInvvpid(
                    registers.get(registers.field()), registers.operandWord(0), registers.operandWord(1))));
            case VMPTRST -> {
                registers.setOperandValue(regions.current().map(VmcsRegion::address).orElse(NO_VMCS));
                end(registers, Optional.empty());
            }
            case VMXON -> vmxon(registers);
            case VMXOFF -> {
                end(registers, Optional.empty());
                regions.vmxoff();
            }
            default -> registers.fault(Registers.UD);
        }
    }

    /// VMXON (SDM volume 3C, "VMXON"): VMfail(15) in VMX operation; else VMfailInvalid, when it is not the address of a
    /// page with this processor's revision identifier, or VMX operation begins.
    private void vmxon(Registers registers) {
        if (regions.inVmxOperation()) {
            end(registers, Optional.of(VmInstructionError.VMXON_IN_ROOT));
            return;
        }
        long pointer = registers.operandValue();
        boolean isAccepted = regions.acceptsVmxon(pointer, operands.physicalAddressWidth());
        if (isAccepted) {
            regions.vmxon(pointer);
        }
        registers.setArithmeticFlags(isAccepted ? 0 : Registers.CF);
    }

    /// VMREAD (SDM volume 3C, "VMREAD"): a supported component, or VMfail(12). The destination is overwritten whole,
    /// with the zero-extended value: a register's 64 bits or 8 bytes of memory, for a field of 16 bits too.
    private Optional<VmInstructionError> vmread(Registers registers) {
        long field = registers.get(registers.field());
        Optional<VmcsRegion> current = regions.current();
        if (current.isEmpty() || !supported.supports(field)) {
            return Optional.of(VmInstructionError.UNSUPPORTED_COMPONENT);
        }
        registers.setOperandValue(current.get().field((int) field));
        return Optional.empty();
    }

    /// VMWRITE (SDM volume 3C, "VMWRITE"): a supported component, or VMfail(12); not VM-exit information, or
    /// VMfail(13). Bits of the source that the field has no room for are ignored.
    private Optional<VmInstructionError> vmwrite(Registers registers) {
        long field = registers.get(registers.field());
        Optional<VmcsRegion> current = regions.current();
        if (current.isEmpty() || !supported.supports(field)) {
            return Optional.of(VmInstructionError.UNSUPPORTED_COMPONENT);
        }
        if (VmcsTable.Type.of((int) field) == VmcsTable.Type.READ_ONLY && !writesReadOnly) {
            return Optional.of(VmInstructionError.READ_ONLY_COMPONENT);
        }
        current.get().field((int) field, registers.operandValue());
        return Optional.empty();
    }

    private static Optional<VmInstructionError> invalidated(boolean accepted) {
        return accepted ? Optional.empty() : Optional.of(VmInstructionError.INVALID_INVALIDATION_OPERAND);
    }

    /// VMsucceed or VMfail. Without a current VMCS every VMfail is VMfailInvalid, and its number is lost.
    private void end(Registers registers, Optional<VmInstructionError> error) {
        Optional<VmcsRegion> current = regions.current();
        if (error.isPresent()) {
            current.ifPresent(region -> region.field(VmInstructionError.FIELD, error.get().number()));
        }
        registers.setArithmeticFlags(error.isEmpty() ? 0 : current.isPresent() ? Registers.ZF : Registers.CF);
    }
}
