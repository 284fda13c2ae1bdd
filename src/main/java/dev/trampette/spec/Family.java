package dev.trampette.spec;

import java.util.Locale;

/// The families of leaves: one instruction, one register that says which leaf, one way to answer.
public enum Family {
    /// The sub-functions of TDG.VP.VMCALL, which a VMM answers (GHCI). R11 is the number and R10 is 0; status in R10.
    TDVMCALL("", Instruction.TDCALL, Gpr.R11),
    /// The leaves of TDCALL, which the TDX module answers. RAX is leaf and version; completion status in RAX.
    TDG("TDG.", Instruction.TDCALL, Gpr.RAX),
    /// The leaves of SEAMCALL, which the TDX module answers to a host. RAX is leaf and version; completion status in
    /// RAX, and CF = 1 when there is no module.
    TDH("TDH.", Instruction.SEAMCALL, Gpr.RAX);

    private final String prefix;
    private final Instruction instruction;
    private final Gpr selector;

    Family(String prefix, Instruction instruction, Gpr selector) {
        this.prefix = prefix;
        this.instruction = instruction;
        this.selector = selector;
    }

    /// What the names of its leaves begin with.
    public String prefix() {
        return prefix;
    }

    /// What executes a leaf.
    public Instruction instruction() {
        return instruction;
    }

    /// The register that holds the number of the leaf.
    public Gpr selector() {
        return selector;
    }

    /// The register that holds the status afterwards.
    public Gpr status() {
        return this == TDVMCALL ? Gpr.R10 : Gpr.RAX;
    }

    /// The name in tables and of their files: `tdvmcall`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
