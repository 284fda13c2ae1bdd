package dev.trampette.spec;

import java.util.Locale;

/// The families of leaves: one instruction, one register that says which leaf, one way to answer.
public enum Family {
    /// The sub-functions of TDG.VP.VMCALL, which a VMM answers (GHCI). R11 is the number and R10 is 0; status in R10.
    TDVMCALL("", Instruction.TDCALL, Gpr.R11, "TdVmcall", "Vmcall",
            "sub-function of TDG.VP.VMCALL, which the VMM answers"),
    /// The leaves of TDCALL, which the TDX module answers. RAX is leaf and version; completion status in RAX.
    TDG("TDG.", Instruction.TDCALL, Gpr.RAX, "Tdcall", "Tdg", "leaf of TDCALL, which the TDX module answers"),
    /// The leaves of SEAMCALL, which the TDX module answers to a host. RAX is leaf and version; completion status in
    /// RAX, and CF = 1 when there is no module.
    TDH("TDH.", Instruction.SEAMCALL, Gpr.RAX, "Seamcall", "Tdh", "leaf of SEAMCALL, which the TDX module answers"),
    /// The leaves of SEAMCALL with bit 63 of RAX, which the P-SEAMLDR answers to a host: it loads the TDX module. All
    /// of RAX is the leaf; a status of its own in RAX, and CF = 1 when there is no P-SEAMLDR.
    SEAMLDR("SEAMLDR.", Instruction.SEAMCALL, Gpr.RAX, "LoaderCall", "Seamldr",
            "leaf of SEAMCALL, which the P-SEAMLDR answers");

    private final String prefix;
    private final Instruction instruction;
    private final Gpr selector;
    private final String calls;
    private final String numbers;
    private final String kind;

    Family(String prefix, Instruction instruction, Gpr selector, String calls, String numbers, String kind) {
        this.prefix = prefix;
        this.instruction = instruction;
        this.selector = selector;
        this.calls = calls;
        this.numbers = numbers;
        this.kind = kind;
    }

    /// {@return whose leaf it is that an instruction calls, when it is none of TDG.VP.VMCALL's}
    ///
    /// @param instruction TDCALL or SEAMCALL
    /// @param rax the leaf: of SEAMCALL, bit 63 is set for the P-SEAMLDR
    public static Family of(Instruction instruction, long rax) {
        return instruction == Instruction.TDCALL ? TDG : rax < 0 ? SEAMLDR : TDH;
    }

    /// {@return what the names of its leaves begin with, as `TDH.`; empty for the sub-functions of TDG.VP.VMCALL}
    public String prefix() {
        return prefix;
    }

    /// {@return the instruction that calls its leaves}
    public Instruction instruction() {
        return instruction;
    }

    /// {@return the register that holds the number of the leaf}
    public Gpr selector() {
        return selector;
    }

    /// {@return the register that holds the status afterwards}
    public Gpr status() {
        return this == TDVMCALL ? Gpr.R10 : Gpr.RAX;
    }

    /// {@return the Java type of its typed calls: `Seamcall`}
    public String calls() {
        return calls;
    }

    /// {@return the Java type that holds its numbers: `Tdh`}
    public String numbers() {
        return numbers;
    }

    /// {@return what a leaf is, in words, without an article: `leaf of TDCALL, which the TDX module answers`}
    public String kind() {
        return kind;
    }

    /// {@return the name in tables, and of their files without `.yaml`: `tdvmcall`}
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
