package dev.trampette.object;

import dev.trampette.call.ObjectException;
import dev.trampette.shim.FixUp;
import dev.trampette.spec.Gpr;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What Linux does on the way to a fix-up: `arch/x86/include/asm/extable_fixup_types.h` and `arch/x86/mm/extable.c`.
///
/// @param values what registers are set to
/// @param vector the register that takes the vector, in the bits that `values` leaves 0 there
record FixUpType(Map<Gpr, Long> values, Optional<Gpr> vector) {

    private static final int TYPE_BITS = 8;
    private static final int REGISTER_SHIFT = 8;
    private static final int FLAG_SHIFT = 12;
    private static final int IMMEDIATE_SHIFT = 16;
    private static final int CLEAR_RAX = 1;
    private static final int CLEAR_RDX = 2;
    /// What ENCLS returns when it faults, beside the vector.
    private static final long SGX_FAULT = 0x40000000;
    private static final long EIO = 5;

    private static final FixUpType NOTHING = new FixUpType(Map.of(), Optional.empty());

    /// By the handler of Linux 4.6 to 5.15, whose address is in the table.
    static FixUpType of(String handler) {
        return switch (handler) {
            case "ex_handler_fault" -> vector(0);
            case "ex_handler_sgx" -> vector(SGX_FAULT);
            case "ex_handler_rdmsr_unsafe" -> new FixUpType(Map.of(Gpr.RAX, 0L, Gpr.RDX, 0L), Optional.empty());
            default -> NOTHING;
        };
    }

    /// By the third word of an entry since Linux 5.16: type, register, flags, number.
    ///
    /// @throws ObjectException when the type is none that an instruction of ours can have
    static FixUpType of(int word, Elf elf) {
        Gpr register = Gpr.of(word >>> REGISTER_SHIFT & 0xf);
        int flags = word >>> FLAG_SHIFT & 0xf;
        long number = word >> IMMEDIATE_SHIFT;
        FixUpType type = switch (word & (1 << TYPE_BITS) - 1) {
            // NONE, DEFAULT, UACCESS, CLEAR_FS, FPU_RESTORE, BPF, WRMSR, WRMSR_IN_MCE, DEFAULT_MCE_SAFE
            case 0, 1, 3, 4, 5, 6, 7, 8, 12, 14 -> NOTHING;
            case 2, 15 -> vector(0);                                        // FAULT, FAULT_MCE_SAFE
            case 9, 13 -> new FixUpType(Map.of(Gpr.RAX, 0L, Gpr.RDX, 0L), Optional.empty());    // RDMSR
            case 10 -> set(register, -EIO);                                 // WRMSR_SAFE
            case 11 -> new FixUpType(Map.of(Gpr.RAX, 0L, Gpr.RDX, 0L, register, -EIO), Optional.empty());
            case 17 -> set(register, number);                               // IMM_REG: EFAULT_REG, ZERO_REG, ONE_REG
            case 18 -> vector(SGX_FAULT);                                   // FAULT_SGX
            default -> throw new ObjectException(("an entry of the exception table has a type that the lab does not "
                    + "know, type=%d, file=%s").formatted(word & 0xff, elf.name()));
        };
        EnumMap<Gpr, Long> values = new EnumMap<>(Gpr.class);
        if ((flags & CLEAR_RAX) != 0) {
            values.put(Gpr.RAX, 0L);
        }
        if ((flags & CLEAR_RDX) != 0) {
            values.put(Gpr.RDX, 0L);
        }
        values.putAll(type.values);
        return new FixUpType(values, type.vector);
    }

    private static FixUpType vector(long beside) {
        return new FixUpType(beside == 0 ? Map.of() : Map.of(Gpr.RAX, beside), Optional.of(Gpr.RAX));
    }

    private static FixUpType set(Gpr register, long value) {
        return new FixUpType(Map.of(register, value), Optional.empty());
    }

    FixUp fixUp(long instruction, long target) {
        return new FixUp(instruction, target, values, vector);
    }
}
