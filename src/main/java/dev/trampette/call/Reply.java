package dev.trampette.call;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.spec.Gpr;
import java.lang.foreign.MemorySegment;

/// What a [Script] answers to one execution of the instruction.
public final class Reply {

    private final MemorySegment answer;

    Reply(MemorySegment answer) {
        this.answer = answer;
    }

    void clear() {
        answer.fill((byte) 0);
    }

    /// Write a register.
    public Reply write(Gpr register, long value) {
        add("write", register.maskBit());
        return value(register, value);
    }

    /// Write a register when RCX selects it.
    public Reply expose(Gpr register, long value) {
        add("exposed", register.maskBit());
        return value(register, value);
    }

    /// What the arithmetic flags are.
    public Reply flags(long flags) {
        answer.set(JAVA_LONG, Script.ANSWER.byteOffset(groupElement("flags")), flags);
        return this;
    }

    /// Write the operand in ModRM.rm, where it is a register or memory that is allowed.
    public Reply operand(long value) {
        answer.set(JAVA_LONG, Script.ANSWER.byteOffset(groupElement("operand")), value);
        answer.set(JAVA_INT, Script.ANSWER.byteOffset(groupElement("has_operand")), 1);
        return this;
    }

    /// Fault.
    ///
    /// @param vector [Registers#UD] or [Registers#GP]
    public Reply fault(int vector) {
        answer.set(JAVA_INT, Script.ANSWER.byteOffset(groupElement("exception")), vector + 1);
        return this;
    }

    private Reply value(Gpr register, long value) {
        answer.set(JAVA_LONG, Script.ANSWER.byteOffset(groupElement("values")) + register.ordinal() * 8L, value);
        return this;
    }

    private void add(String mask, long bit) {
        long offset = Script.ANSWER.byteOffset(groupElement(mask));
        answer.set(JAVA_LONG, offset, answer.get(JAVA_LONG, offset) | bit);
    }
}
