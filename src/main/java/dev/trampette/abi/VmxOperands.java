package dev.trampette.abi;

import dev.trampette.shim.Registers;
import dev.trampette.spec.Instruction;
import java.lang.foreign.MemorySegment;

/// The operands of a VMX instruction when it was executed.
///
/// @param instruction which instruction it was
/// @param register the register in ModRM.reg: field or type
/// @param inMemory whether ModRM.rm names memory
/// @param address where, or 0 for a register
/// @param isThere whether the operand is a register, or memory that was the wrapper's to use
/// @param first the register in ModRM.rm or the first 8 bytes, or 0 when they were not there
/// @param second the other 8 bytes of a descriptor, or 0
record VmxOperands(Instruction instruction, long register, boolean inMemory, long address, boolean isThere, long first,
        long second) {

    /// Look at the operands; but only at memory in one of two places, for a wrapper may be wrong about the address.
    static VmxOperands of(Registers registers, MemorySegment buffer, MemorySegment stack) {
        Instruction instruction = registers.instruction();
        boolean inMemory = registers.isMemoryOperand();
        long address = inMemory ? registers.memoryOperand() : 0;
        int size = instruction == Instruction.INVEPT || instruction == Instruction.INVVPID ? 16 : 8;
        boolean isThere = !inMemory || isInside(buffer, address, size) || isInside(stack, address, size);
        return new VmxOperands(instruction, registers.get(registers.field()), inMemory, address, isThere,
                isThere ? registers.operandValue() : 0,
                isThere && inMemory && size == 16 ? registers.operandWord(1) : 0);
    }

    private static boolean isInside(MemorySegment segment, long address, int size) {
        long offset = address - segment.address();
        return offset >= 0 && offset <= segment.byteSize() - size;
    }
}
