package dev.trampette.vmx;

/// How much INVEPT invalidates (SDM volume 3C, "INVEPT").
public enum InveptType {
    /// What comes from one EPT.
    SINGLE_CONTEXT(1),
    /// What comes from any.
    GLOBAL(2);

    private final long number;

    InveptType(long number) {
        this.number = number;
    }

    /// {@return the value of the register operand, 1 or 2}
    public long number() {
        return number;
    }
}
