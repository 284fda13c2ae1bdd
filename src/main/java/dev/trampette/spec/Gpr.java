package dev.trampette.spec;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The general-purpose registers in ModRM order, each with what System V psABI 3.2.3 (figure 3.4) uses it for.
///
/// The ordinal is the register's number everywhere: in ModRM, in the RCX mask of TDG.VP.VMCALL, in the operand field of
/// a TDX completion status (TDX module specification, "Function Completion Status").
public enum Gpr {
    /// Result of a C function; before a call of a variadic one, how many vectors it gets.
    RAX,
    /// Fourth integer argument.
    RCX,
    /// Third integer argument; second word of a result.
    RDX,
    /// Preserved.
    RBX,
    /// The stack pointer.
    RSP,
    /// Preserved; the frame pointer, where there is one.
    RBP,
    /// Second integer argument.
    RSI,
    /// First integer argument.
    RDI,
    /// Fifth integer argument.
    R8,
    /// Sixth integer argument.
    R9,
    /// Lost; the static chain of a nested function.
    R10,
    /// Lost; what a PLT entry or a thunk uses.
    R11,
    /// Preserved.
    R12,
    /// Preserved.
    R13,
    /// Preserved.
    R14,
    /// Preserved.
    R15;

    private static final Gpr[] BY_NUMBER = values();

    private static final Map<String, Gpr> PARTS = Stream.of(BY_NUMBER).flatMap(gpr -> Stream.of(8, 16, 32, 64)
            .map(bits -> Map.entry(gpr.part(bits), gpr))).collect(Collectors.toMap(Map.Entry::getKey,
                    Map.Entry::getValue));

    private final String label = name().toLowerCase(Locale.ROOT);

    /// {@return the register with a ModRM number}
    ///
    /// @param number 0 to 15, REX.B or REX.R included
    public static Gpr of(int number) {
        return BY_NUMBER[number];
    }

    /// {@return the register that assemblers call so, or of which they call a part so; empty when there is none}
    ///
    /// @param name in lower case, without `%`: `rdi`, `edi`, `r9d`, `al`; `ah` is none of them
    public static Optional<Gpr> named(String name) {
        return Optional.ofNullable(PARTS.get(name));
    }

    /// {@return the register of a name, and no part of it; empty when there is none}
    ///
    /// @param name in lower case, without `%`: `rdi`
    public static Optional<Gpr> whole(String name) {
        return named(name).filter(gpr -> gpr.label.equals(name));
    }

    /// {@return what assemblers call the lower bits of it: `edi`}
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

    /// {@return the bit that selects this register in the RCX mask of TDG.VP.VMCALL}
    public long maskBit() {
        return 1L << ordinal();
    }

    /// {@return the registers that a mask selects, in ModRM order; the set is the caller's own}
    ///
    /// @param mask a bit for each register, as [#maskBit] has it; bits 63:16 do not count
    public static Set<Gpr> selectedBy(long mask) {
        Set<Gpr> registers = EnumSet.allOf(Gpr.class);
        registers.removeIf(register -> (mask & register.maskBit()) == 0);
        return registers;
    }

    /// {@return the mask that selects registers, bit 0 for RAX}
    ///
    /// @param registers those to select; one that comes twice counts once
    public static long mask(Stream<Gpr> registers) {
        return registers.mapToLong(Gpr::maskBit).reduce(0, (a, b) -> a | b);
    }

    /// The name as assemblers write it: `r11`.
    @Override
    public String toString() {
        return label;
    }
}
