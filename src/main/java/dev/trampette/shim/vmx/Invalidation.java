package dev.trampette.shim.vmx;

/// What INVEPT and INVVPID accept; anything else is VMfail(28). Only the operands are modelled: there are no
/// translations to invalidate.
///
/// @param physicalAddressWidth the bits of a physical address (CPUID 80000008H, EAX bits 7:0)
/// @param linearAddressWidth the bits of a linear address: 48, or 57 with 5-level paging
record Invalidation(int physicalAddressWidth, int linearAddressWidth) {

    private static final long INVEPT_SINGLE_CONTEXT = 1;
    private static final long INVEPT_GLOBAL = 2;

    private static final long INVVPID_INDIVIDUAL_ADDRESS = 0;
    private static final long INVVPID_SINGLE_CONTEXT = 1;
    private static final long INVVPID_ALL_CONTEXTS = 2;
    private static final long INVVPID_RETAINING_GLOBALS = 3;

    /// INVEPT (SDM volume 3C, "INVEPT"): type 1 with an EPTP that VM entry would accept, or type 2. All 64 bits of the
    /// type count. Bits 127:64 of the descriptor are reserved; what a processor makes of them is not known to this
    /// model, and it does not look at them.
    boolean acceptsInvept(long type, long eptp) {
        return type == INVEPT_GLOBAL || type == INVEPT_SINGLE_CONTEXT && acceptsEptp(eptp);
    }

    /// INVVPID (SDM volume 3C, "INVVPID"): types 0 to 3, all 64 bits of them; bits 63:16 of the descriptor 0; a VPID
    /// other than 0 for all types but 2; a canonical address for type 0.
    ///
    /// @param vpid bits 63:0 of the descriptor
    /// @param address bits 127:64
    boolean acceptsInvvpid(long type, long vpid, long address) {
        if (Long.compareUnsigned(type, INVVPID_RETAINING_GLOBALS) > 0 || vpid >>> 16 != 0) {
            return false;
        }
        return switch ((int) type) {
            case (int) INVVPID_ALL_CONTEXTS -> true;
            case (int) INVVPID_INDIVIDUAL_ADDRESS -> vpid != 0 && isCanonical(address);
            default -> vpid != 0;
        };
    }

    /// An EPTP that passes VM entry (SDM volume 3C, "VM-Execution Control Fields" in "Checks on VMX Controls"), on a
    /// processor with every capability of "Extended-Page-Table Pointer (EPTP)" but supervisor shadow stacks:
    ///
    /// ```
    ///   63        N N-1          12 11    8  7   6  5          3 2         0
    ///   |    0     | PML4 or PML5  |   0   | 0 |AD | walk - 1   |memory type|
    /// ```
    ///
    /// The memory type is 0 (UC) or 6 (WB), and the length of a page walk 4 or 5. N is the width of a physical address.
    private boolean acceptsEptp(long eptp) {
        long memoryType = eptp & 7;
        long walk = (eptp >>> 3 & 7) + 1;
        return (memoryType == 0 || memoryType == 6)
                && (walk == 4 || walk == 5)
                && (eptp & 0xf80) == 0
                && isPhysical(eptp);
    }

    /// Whether no bit above the width of a physical address is set.
    private boolean isPhysical(long address) {
        return address >>> physicalAddressWidth == 0;
    }

    private boolean isCanonical(long address) {
        int unused = 64 - linearAddressWidth;
        return address << unused >> unused == address;
    }
}
