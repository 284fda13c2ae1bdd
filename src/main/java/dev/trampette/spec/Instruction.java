package dev.trampette.spec;

/// The instructions that are replaced. Numbers as in `src/main/asm/include/instructions.inc`.
public enum Instruction {
    /// A TD calls the TDX module.
    TDCALL(1, "66 0F 01 CC"),
    /// The host calls the SEAM module.
    SEAMCALL(2, "66 0F 01 CF"),
    /// Read a field of the current VMCS.
    VMREAD(3, "0F 78 /r"),
    /// Write a field of the current VMCS.
    VMWRITE(4, "0F 79 /r"),
    /// Write a VMCS back to memory, and make it not current and not launched.
    VMCLEAR(5, "66 0F C7 /6"),
    /// Make a VMCS current.
    VMPTRLD(6, "0F C7 /6"),
    /// Invalidate translations that come from EPT.
    INVEPT(7, "66 0F 38 80 /r"),
    /// Invalidate translations by VPID.
    INVVPID(8, "66 0F 38 81 /r");

    private final int number;
    private final String encoding;

    Instruction(int number, String encoding) {
        this.number = number;
        this.encoding = encoding;
    }

    /// The number that the gate gives it.
    public int number() {
        return number;
    }

    /// The bytes, as manuals write them: `66 0F 01 CC`.
    public String encoding() {
        return encoding;
    }

    /// The instruction with a number of the gate's.
    ///
    /// @throws IllegalArgumentException when there is none
    public static Instruction of(int number) {
        for (Instruction instruction : values()) {
            if (instruction.number == number) {
                return instruction;
            }
        }
        throw new IllegalArgumentException("no such instruction, number=" + number);
    }
}
