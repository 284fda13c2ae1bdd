package dev.trampette.decode;

import dev.trampette.spec.Gpr;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// What one machine instruction does to registers, flags and memory: what it names, and what it does not name.
///
/// A register that may be written, by CMOVcc or under a REP prefix, is written; a flag that is undefined afterwards is
/// too. A part of a register stands for the register. Vectors, masks and x87 are left out.
///
/// @param address of its first byte
/// @param length in bytes
/// @param mnemonic as objdump has it in Intel syntax, without prefixes: `je`, `movs`
/// @param text all of it, as objdump has it
/// @param reads general registers, those of addresses among them
/// @param writes general registers
/// @param flagsRead bits of RFLAGS, see [Rflags]
/// @param flagsWritten bits of RFLAGS
/// @param memory what it accesses; neither the operand of LEA nor that of a hint
/// @param immediates numbers among its operands, cut to the size of the first operand
/// @param kind where it goes on
/// @param target of a direct jump or call
public record Operation(long address, int length, String mnemonic, String text, Set<Gpr> reads, Set<Gpr> writes,
        long flagsRead, long flagsWritten, List<MemoryOperand> memory, List<Long> immediates, Kind kind,
        OptionalLong target) {

    /// Where an instruction goes on.
    public enum Kind {
        /// At its target, or behind it.
        BRANCH,
        /// At its target.
        JUMP,
        CALL,
        RETURN,
        /// Behind it, as far as it goes on at all.
        OTHER
    }

    /// The collections are copied.
    public Operation {
        reads = reads.isEmpty() ? Set.of() : EnumSet.copyOf(reads);
        writes = writes.isEmpty() ? Set.of() : EnumSet.copyOf(writes);
        memory = List.copyOf(memory);
        immediates = List.copyOf(immediates);
    }

    /// The address behind it.
    public long next() {
        return address + length;
    }

    /// How many operands in memory are read; what a REP prefix repeats counts once, as one executed iteration.
    public int loads() {
        return (int) memory.stream().filter(MemoryOperand::isRead).count();
    }

    /// How many operands in memory are written.
    public int stores() {
        return (int) memory.stream().filter(MemoryOperand::isWritten).count();
    }

    /// The operands that its text names, in the order of Intel syntax.
    public List<Operand> operands() {
        return TextDecoder.operands(this);
    }

    /// A byte that begins no instruction.
    public static Operation unknown(long address, String text) {
        return new Operation(address, 1, text, text, Set.of(), Set.of(), 0, 0, List.of(), List.of(), Kind.OTHER,
                OptionalLong.empty());
    }
}
