package dev.trampette.spec;

/// VM-instruction error numbers (SDM volume 3C, "VM Instruction Error Numbers"): the ones that VMREAD can give.
public final class VmInstructionError {

    /// VMREAD or VMWRITE of an unsupported VMCS component.
    public static final int UNSUPPORTED_COMPONENT = 12;

    /// The encoding of the VMCS field that holds the number of the last VMfailValid.
    public static final int FIELD = 0x4400;

    private VmInstructionError() {
    }
}
