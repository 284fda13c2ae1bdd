package dev.trampette.spec;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The general-purpose registers in ModRM order.
///
/// The ordinal is the register's number everywhere: in ModRM, in the RCX mask of TDG.VP.VMCALL, in the operand
/// field of a TDX completion status (TDX module specification, "Function Completion Status").
public enum Gpr {
    RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15;

    private static final Gpr[] BY_NUMBER = values();

    private static final Map<String, Gpr> PARTS = Stream.of(BY_NUMBER).flatMap(gpr -> Stream.of(8, 16, 32, 64)
            .map(bits -> Map.entry(gpr.part(bits), gpr))).collect(Collectors.toMap(Map.Entry::getKey,
                    Map.Entry::getValue));

    private final String label = name().toLowerCase(Locale.ROOT);

    /// The register with a ModRM number, 0 to 15.
    public static Gpr of(int number) {
        return BY_NUMBER[number];
    }

    /// The register that assemblers call so, or a part of it: `edi`, `r9d`, `al`.
    public static Optional<Gpr> named(String name) {
        return Optional.ofNullable(PARTS.get(name));
    }

    /// The register of a name, and no part of it: `rdi`.
    public static Optional<Gpr> whole(String name) {
        return named(name).filter(gpr -> gpr.label.equals(name));
    }

    /// What assemblers call the lower bits of it.
    ///
    /// @param bits 8, 16, 32 or 64
    public String part(int bits) {
        String word = label.substring(1);
        if (ordinal() >= 8) {
            return label + switch (bits) {
                case 8 -> "b";
                case 16 -> "w";
                case 32 -> "d";
                default -> "";
            };
        }
        return switch (bits) {
            case 8 -> word.endsWith("x") ? word.charAt(0) + "l" : word + "l";
            case 16 -> word;
            case 32 -> "e" + word;
            default -> label;
        };
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
