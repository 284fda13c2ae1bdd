package dev.trampette.call;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.shim.Registers;
import java.lang.foreign.MemorySegment;

/// What a [Script] found at one execution of the instruction.
public final class Execution {

    private static final long IS_THERE = Script.RECORD.byteOffset(groupElement("is_there"));
    private static final long OPERAND = Script.RECORD.byteOffset(groupElement("operand"));

    private final MemorySegment execution;
    private final Registers registers;

    Execution(MemorySegment execution) {
        this.execution = execution;
        this.registers = new Registers(execution.address(), execution);
    }

    /// The registers at the instruction.
    public Registers registers() {
        return registers;
    }

    /// Whether the operand was a register, or in memory that is allowed.
    public boolean isThere() {
        return execution.get(JAVA_LONG, IS_THERE) != 0;
    }

    /// The operand in ModRM.rm: a register, or 8 bytes of memory; word 1 is the second half of a descriptor.
    public long operand(int word) {
        return execution.get(JAVA_LONG, OPERAND + word * 8L);
    }
}
