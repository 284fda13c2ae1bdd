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
    INVVPID(8, "66 0F 38 81 /r"),
    /// The SEAM module returns to the host.
    SEAMRET(9, "66 0F 01 CD"),
    /// Store where the current VMCS is.
    VMPTRST(10, "0F C7 /7"),
    /// A guest calls its hypervisor, on Intel.
    VMCALL(11, "0F 01 C1"),
    /// A guest calls its hypervisor, on AMD.
    VMMCALL(12, "0F 01 D9"),
    /// An SEV-ES guest calls its hypervisor.
    VMGEXIT(13, "F3 0F 01 D9"),
    /// Enter a guest for the first time.
    VMLAUNCH(14, "0F 01 C2"),
    /// Enter a guest again.
    VMRESUME(15, "0F 01 C3"),
    /// Begin VMX operation.
    VMXON(16, "F3 0F C7 /6"),
    /// End VMX operation.
    VMXOFF(17, "0F 01 C4"),
    /// A guest calls a function of VMX: EPTP switching.
    VMFUNC(18, "0F 01 D4");

    private static final long LEAF = 0xffff;

    private final int number;
    private final String encoding;

    Instruction(int number, String encoding) {
        this.number = number;
        this.encoding = encoding;
    }

    /// {@return the number that the gate gives it, 1 to 18}
    public int number() {
        return number;
    }

    /// {@return the bytes, as the SDM and the APM write them: `66 0F 01 CC`, `0F 78 /r`}
    public String encoding() {
        return encoding;
    }

    /// {@return whether it names a register of its own beside the operand: `/r` in its encoding}
    public boolean isWithRegister() {
        return encoding.endsWith("/r");
    }

    /// {@return whether it is TDG.VP.VMCALL: TDCALL with leaf 0, whatever its version}
    ///
    /// @param rax what is in RAX at the instruction
    public boolean isVmcall(long rax) {
        return this == TDCALL && leaf(rax) == 0;
    }

    /// {@return the number of a leaf of the TDX module without its version: bits 15:0}
    ///
    /// @param rax what is in RAX at the instruction
    public static long leaf(long rax) {
        return rax & LEAF;
    }

    /// {@return whether a register says which leaf of the TDX module is called}
    public boolean isLeaf() {
        return this == TDCALL || this == SEAMCALL;
    }

    /// {@return whether a guest calls its hypervisor by it, whose interface says what the registers mean}
    public boolean isHypercall() {
        return this == VMCALL || this == VMMCALL || this == VMGEXIT;
    }

    /// {@return whether a guest runs behind it, and the processor goes on at HOST_RIP}
    public boolean isEntry() {
        return this == VMLAUNCH || this == VMRESUME;
    }

    /// {@return the instruction with a number of the gate's}
    ///
    /// @param number that of [#number]
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
