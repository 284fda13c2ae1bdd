package dev.trampette.shim;

/// The instructions that a shim stands for. Numbers as in `src/main/asm/include/instructions.inc`.
public enum Instruction {
    /// 66 0F 01 CC: a TD calls the TDX module.
    TDCALL(1),
    /// 66 0F 01 CF: the host calls the SEAM module.
    SEAMCALL(2),
    /// 0F 78 /r: read a field of the current VMCS.
    VMREAD(3),
    /// 0F 79 /r: write a field of the current VMCS.
    VMWRITE(4);

    private final int number;

    Instruction(int number) {
        this.number = number;
    }

    /// The number that the gate gives it.
    public int number() {
        return number;
    }

    static Instruction of(int number) {
        for (Instruction instruction : values()) {
            if (instruction.number == number) {
                return instruction;
            }
        }
        throw new IllegalArgumentException("no such instruction, number=" + number);
    }
}
