package dev.trampette.vmx;

/// How much INVVPID invalidates (SDM volume 3C, "INVVPID").
public enum InvvpidType {
    /// One linear address of one virtual processor.
    INDIVIDUAL_ADDRESS(0),
    /// One virtual processor.
    SINGLE_CONTEXT(1),
    /// All virtual processors.
    ALL_CONTEXTS(2),
    /// One virtual processor, but for global translations.
    SINGLE_CONTEXT_RETAINING_GLOBALS(3);

    private final long number;

    InvvpidType(long number) {
        this.number = number;
    }

    /// {@return the value of the register operand, 0 to 3}
    public long number() {
        return number;
    }
}
