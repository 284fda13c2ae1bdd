package dev.trampette.decode;

import dev.trampette.spec.Gpr;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// Memory that an instruction reads or writes: base + index * scale + displacement, in terms of the registers before
/// the instruction. So a PUSH writes 8 bytes at RSP - 8.
///
/// @param base a register, unless RIP or none is
/// @param index another register; empty for a vector of indices too
/// @param scale 1, 2, 4 or 8
/// @param displacement bytes
/// @param segment `fs`, `gs`, or an empty text
/// @param isRelative whether the address of the next instruction is the base
/// @param bytes how many it reads or writes; 0 where nothing says so
/// @param isRead whether it is, or may be, read
/// @param isWritten whether it is, or may be, written
/// @param isImplicit whether the instruction names no operand for it: PUSH, CALL, RET, MOVS
public record MemoryOperand(Optional<Gpr> base, Optional<Gpr> index, int scale, long displacement, String segment,
        boolean isRelative, int bytes, boolean isRead, boolean isWritten, boolean isImplicit) {

    /// Where it is, from the base of its segment on.
    ///
    /// @param registers their values before the instruction
    /// @param next the address of the next instruction
    public long address(ToLongFunction<Gpr> registers, long next) {
        return (isRelative ? next : base.map(registers::applyAsLong).orElse(0L))
                + index.map(registers::applyAsLong).orElse(0L) * scale + displacement;
    }

    /// What lies on the stack, where RSP points to or below.
    static MemoryOperand stack(Gpr base, long displacement, int bytes, boolean isWritten) {
        return new MemoryOperand(Optional.of(base), Optional.empty(), 1, displacement, "", false, bytes, !isWritten,
                isWritten, true);
    }
}
