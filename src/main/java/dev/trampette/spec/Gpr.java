package dev.trampette.spec;

import java.util.Locale;

/// The general-purpose registers in ModRM order.
///
/// The ordinal is the register's number everywhere: in ModRM, in the RCX mask of TDG.VP.VMCALL, in the operand
/// field of a TDX completion status (TDX module specification, "Function Completion Status").
public enum Gpr {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15;

    private static final Gpr[] BY_NUMBER = values();

    /// The register with a ModRM number, 0 to 15.
    public static Gpr of(int number) {
        return BY_NUMBER[number];
    }

    /// The bit that selects this register in the RCX mask of TDG.VP.VMCALL.
    public long maskBit() {
        return 1L << ordinal();
    }

    /// The name as assemblers write it: `r11`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
