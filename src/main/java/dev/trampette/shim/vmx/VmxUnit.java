package dev.trampette.shim.vmx;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.shim.VmxError;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.VmInstructionError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The VMX unit of a processor, as far as VMREAD goes: one VMCS, its fields by encoding, and its error number.
///
/// The order of the checks is the SDM's (volume 3C, "VMREAD"): not in VMX operation, #UD; no current VMCS,
/// VMfailInvalid; a field that is not supported, VMfailValid with error 12; else the destination is written with the
/// zero-extended value, and all six arithmetic flags are cleared. A VMREAD that fails writes no destination.
public final class VmxUnit implements Shim {

    private final Map<Integer, Long> fields = new ConcurrentHashMap<>();
    private final List<VmxError> reported = new CopyOnWriteArrayList<>();
    private volatile boolean vmxOperation = true;
    private volatile boolean currentVmcs = true;

    /// A processor in VMX operation with a current VMCS that has no field but the VM-instruction error.
    public VmxUnit() {
        fields.put(VmInstructionError.FIELD, 0L);
    }

    /// Support a field, with a value.
    public VmxUnit field(int encoding, long value) {
        fields.put(encoding, value);
        return this;
    }

    /// Enter or leave VMX operation; outside it every VMX instruction is #UD.
    public VmxUnit vmxOperation(boolean on) {
        vmxOperation = on;
        return this;
    }

    /// Make a VMCS current, or none: VMREAD then gives VMfailInvalid.
    public VmxUnit currentVmcs(boolean valid) {
        currentVmcs = valid;
        return this;
    }

    /// The VM-instruction error of the current VMCS: the number of the last VMfailValid.
    public int instructionError() {
        return fields.get(VmInstructionError.FIELD).intValue();
    }

    /// What wrappers told the C error handlers, oldest first.
    public List<VmxError> reported() {
        return List.copyOf(reported);
    }

    @Override
    public void execute(Registers registers) {
        if (!vmxOperation || registers.instruction() != Instruction.VMREAD) {
            registers.fault(Registers.UD);
        } else if (!currentVmcs) {
            registers.setArithmeticFlags(Registers.CF);
        } else {
            vmread(registers);
        }
    }

    private void vmread(Registers registers) {
        long encoding = registers.get(registers.field());
        Long value = encoding >>> 32 == 0 ? fields.get((int) encoding) : null;
        if (value == null) {
            fields.put(VmInstructionError.FIELD, (long) VmInstructionError.UNSUPPORTED_COMPONENT.number());
            registers.setArithmeticFlags(Registers.ZF);
        } else {
            registers.set(registers.operand(), value);
            registers.setArithmeticFlags(0);
        }
    }

    @Override
    public void error(VmxError error) {
        reported.add(error);
    }
}
