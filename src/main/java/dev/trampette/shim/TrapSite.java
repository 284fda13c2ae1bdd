package dev.trampette.shim;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.util.Optional;

/// A place in code where an instruction of ours is.
///
/// @param address of its first byte
/// @param length in bytes
/// @param instruction which it is
/// @param register ModRM.reg, where it is an operand: the field of VMREAD and VMWRITE, the type of INVEPT and INVVPID
/// @param operand ModRM.rm, where there is one
public record TrapSite(long address, int length, Instruction instruction, Optional<Gpr> register,
        Optional<Operand> operand) {

    /// The operand in ModRM.rm.
    public sealed interface Operand {
    }

    /// A register.
    public record Register(Gpr register) implements Operand {
    }

    /// Memory: base + (index << scale) + displacement, from the segment's base on.
    ///
    /// @param base empty when there is none, or when it is RIP
    /// @param index the other register
    /// @param scale 0 to 3
    /// @param displacement bytes
    /// @param ofRip whether the address of the next instruction is the base
    /// @param segment FS or GS, or none
    /// @param isNarrow whether the address is cut to 32 bits
    public record Memory(Optional<Gpr> base, Optional<Gpr> index, int scale, int displacement, boolean ofRip,
            Segment segment, boolean isNarrow) implements Operand {
    }

    /// What a segment prefix says that still counts in 64-bit mode.
    public enum Segment {
        NONE, FS, GS
    }
}
