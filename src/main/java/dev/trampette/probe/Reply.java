package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.spec.Gpr;
import java.lang.foreign.MemorySegment;

/// What a [Script] answers to one execution of the instruction.
public final class Reply {

    private static final long WRITE = offset("write");
    private static final long EXPOSED = offset("exposed");
    private static final long FLAGS = offset("flags");
    private static final long OPERAND = offset("operand");
    private static final long HAS_OPERAND = offset("has_operand");
    private static final long HAS_STORES = offset("has_stores");
    private static final long HAS_VECTORS = offset("has_vectors");
    private static final long EXITS = offset("exits");
    private static final long EXCEPTION = offset("exception");
    private static final long VALUES = offset("values");

    private final MemorySegment answer;

    Reply(MemorySegment answer) {
        this.answer = answer;
    }

    void clear() {
        answer.fill((byte) 0);
    }

    /// Write a register.
    public Reply write(Gpr register, long value) {
        add(WRITE, register.maskBit());
        return value(register, value);
    }

    /// Write a register when RCX selects it.
    public Reply expose(Gpr register, long value) {
        add(EXPOSED, register.maskBit());
        return value(register, value);
    }

    /// What the arithmetic flags are.
    public Reply flags(long flags) {
        answer.set(JAVA_LONG, FLAGS, flags);
        return this;
    }

    /// Write the operand in ModRM.rm, where it is a register or memory that is allowed, of VMREAD and VMPTRST.
    public Reply operand(long value) {
        answer.set(JAVA_LONG, OPERAND, value);
        answer.set(JAVA_INT, HAS_OPERAND, 1);
        return this;
    }

    /// Write vectors and masks too, as [Script#lost] says: what runs behind some instructions is a guest.
    public Reply vectors() {
        answer.set(JAVA_INT, HAS_VECTORS, 1);
        return this;
    }

    /// A guest ran behind a VM entry, and was left: the routine goes on where HOST_RIP and HOST_RSP say, RFLAGS = 2.
    public Reply exits() {
        answer.set(JAVA_INT, EXITS, 1);
        return this;
    }

    /// Write the memory that [Script#store] names, or not.
    public Reply stores(boolean isStoring) {
        answer.set(JAVA_INT, HAS_STORES, isStoring ? 1 : 0);
        return this;
    }

    /// Fault.
    ///
    /// @param vector [dev.trampette.shim.Registers#UD] or [dev.trampette.shim.Registers#GP]
    public Reply fault(int vector) {
        answer.set(JAVA_INT, EXCEPTION, vector + 1);
        return this;
    }

    private Reply value(Gpr register, long value) {
        answer.set(JAVA_LONG, VALUES + register.ordinal() * 8L, value);
        return this;
    }

    private void add(long mask, long bit) {
        answer.set(JAVA_LONG, mask, answer.get(JAVA_LONG, mask) | bit);
    }

    private static long offset(String member) {
        return Script.ANSWER.byteOffset(groupElement(member));
    }
}
