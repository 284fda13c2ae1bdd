package dev.trampette.spec;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// The general-purpose registers in ModRM order.
///
/// The ordinal is the register's number everywhere: in ModRM, in the RCX mask of TDG.VP.VMCALL, in the operand
/// field of a TDX completion status (TDX module specification, "Function Completion Status").
public enum Gpr {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15;

    private static final Gpr[] BY_NUMBER = values();

    private final String label = name().toLowerCase(Locale.ROOT);

    /// The register with a ModRM number, 0 to 15.
    public static Gpr of(int number) {
        return BY_NUMBER[number];
    }

    /// The bit that selects this register in the RCX mask of TDG.VP.VMCALL.
    public long maskBit() {
        return 1L << ordinal();
    }

    /// The registers that a mask selects.
    public static Set<Gpr> selectedBy(long mask) {
        Set<Gpr> registers = EnumSet.allOf(Gpr.class);
        registers.removeIf(register -> (mask & register.maskBit()) == 0);
        return registers;
    }

    /// The mask that selects registers.
    public static long mask(Stream<Gpr> registers) {
        return registers.mapToLong(Gpr::maskBit).reduce(0, (a, b) -> a | b);
    }

    /// The name as assemblers write it: `r11`.
    @Override
    public String toString() {
        return label;
    }
}
