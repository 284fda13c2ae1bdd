package dev.trampette.shim;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.ref.Reference;

/// The registers at an instruction: what the wrapper put there, and what the shim answers.
///
/// A view of the block that the gate fills, or another bridge; it is valid while [Shim#execute] runs. The layout is
/// `REGISTERS` of `src/main/asm/include/crossing.inc`:
///
/// ```
///   0        8        16             120      128      136      144      148        152        160        168
///   +--------+--------+--     --+--------+--------+--------+--------+----------+----------+----------+
///   |  rax   |  rcx   |   ...   |  r15   | rflags |  rip   | instr. | exception| operand  |   next   |
///   +--------+--------+--     --+--------+--------+--------+--------+----------+----------+----------+
/// ```
public final class Registers {

    /// The block in memory, 168 bytes.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("gpr"),
            JAVA_LONG.withName("rflags"),
            JAVA_LONG.withName("rip"),
            JAVA_INT.withName("instruction"),
            JAVA_INT.withName("exception"),
            JAVA_LONG.withName("operand"),
            JAVA_LONG.withName("next"));

    /// Carry flag: VMfailInvalid.
    public static final long CF = 1L;
    /// Zero flag: VMfailValid.
    public static final long ZF = 1L << 6;
    /// Direction flag.
    public static final long DF = 1L << 10;
    /// Nested-task flag.
    public static final long NT = 1L << 14;
    /// Alignment-check flag.
    public static final long AC = 1L << 18;
    /// Identification flag: CPUID is there when it can be changed.
    public static final long ID = 1L << 21;
    /// CF, PF, AF, ZF, SF and OF: what a VMX instruction writes.
    public static final long ARITHMETIC_FLAGS = 0x8d5;

    /// Vector of the invalid-opcode exception, #UD.
    public static final int UD = 6;
    /// Vector of the general-protection exception, #GP.
    public static final int GP = 13;

    private static final long RFLAGS = 128;
    private static final long RIP = 136;
    private static final long INSTRUCTION = 144;
    private static final long EXCEPTION = 148;
    private static final long OPERAND = 152;
    private static final long NEXT = 160;

    private static final int MEMORY_OPERAND = 1 << 16;

    /// All of memory: a view is then no more than an address, and costs nothing to make in an upcall.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final long block;
    private final Object owner;

    /// A view of a block of [#LAYOUT].
    ///
    /// @param block its address; the caller keeps the memory there
    public Registers(long block) {
        this(block, null);
    }

    /// A view of a block of [#LAYOUT] that lives as long as its owner does.
    ///
    /// @param block its address
    /// @param owner the view keeps it reachable, and with it the memory; or null
    public Registers(long block, Object owner) {
        this.block = block;
        this.owner = owner;
    }

    /// Read a register.
    ///
    /// @param register any; RSP is the one at the instruction
    /// @return its 64 bits
    public long get(Gpr register) {
        return read(register.ordinal() * 8L);
    }

    /// Give a register a value.
    ///
    /// @param register any; RSP is left alone, for no instruction of the kind changes it
    /// @param value its 64 bits
    public void set(Gpr register, long value) {
        write(register.ordinal() * 8L, value);
    }

    /// {@return RFLAGS, all 64 bits}
    public long rflags() {
        return read(RFLAGS);
    }

    /// Replace the six arithmetic flags, and leave the rest of RFLAGS alone.
    ///
    /// @param flags a value of RFLAGS; bits outside of [#ARITHMETIC_FLAGS] do not count
    public void setArithmeticFlags(long flags) {
        setRflags(rflags() & ~ARITHMETIC_FLAGS | flags & ARITHMETIC_FLAGS);
    }

    /// Set RFLAGS for a probed call; see [#ARITHMETIC_FLAGS], [#DF] and [#AC] for what the probe takes from it.
    ///
    /// @param flags all 64 bits
    public void setRflags(long flags) {
        write(RFLAGS, flags);
    }

    /// {@return the address of the instruction}
    public long rip() {
        return read(RIP);
    }

    /// {@return where the wrapper goes on: the address behind the instruction, or that of its fix-up}
    public long next() {
        return read(NEXT);
    }

    /// {@return which instruction this is}
    public Instruction instruction() {
        return Instruction.of(descriptor() & 0xff);
    }

    /// {@return the register in ModRM.rm: the destination of VMREAD, the source of VMWRITE; or the base register of an
    /// operand in memory, RAX when it has none}
    public Gpr operand() {
        return Gpr.of(descriptor() >>> 8 & 0xf);
    }

    /// {@return whether the operand in ModRM.rm is in memory} It always is for VMCLEAR, VMPTRLD, VMPTRST, VMXON, INVEPT
    /// and INVVPID.
    public boolean isMemoryOperand() {
        return (descriptor() & MEMORY_OPERAND) != 0;
    }

    /// The address of the operand in memory.
    ///
    /// @return base, index, displacement and segment added up
    /// @throws IllegalStateException when the operand is a register
    public long memoryOperand() {
        if (!isMemoryOperand()) {
            throw new IllegalStateException("the operand is a register, operand=" + operand());
        }
        return read(OPERAND);
    }

    /// {@return the value of the operand in ModRM.rm, a register or 8 bytes of memory} Memory has to be there.
    public long operandValue() {
        return isMemoryOperand() ? operandWord(0) : get(operand());
    }

    /// Read 8 bytes of the operand in memory. Memory has to be there.
    ///
    /// @param word which 8 bytes, from 0 on: 1 is the second half of a descriptor of 16
    /// @return those bytes, as a little-endian number
    /// @throws IllegalStateException when the operand is a register
    public long operandWord(int word) {
        return MEMORY.get(JAVA_LONG_UNALIGNED, memoryOperand() + word * 8L);
    }

    /// Write the operand in ModRM.rm, a register or 8 bytes of memory. Memory has to be there.
    ///
    /// @param value all 64 bits
    public void setOperandValue(long value) {
        if (isMemoryOperand()) {
            MEMORY.set(JAVA_LONG_UNALIGNED, memoryOperand(), value);
        } else {
            set(operand(), value);
        }
    }

    /// {@return the register in ModRM.reg: the field of VMREAD and VMWRITE (SDM volume 3C, "VMREAD"), the type of
    /// INVEPT and INVVPID}
    public Gpr field() {
        return Gpr.of(descriptor() >>> 12 & 0xf);
    }

    /// Let the instruction fault. What the answer wrote to the registers stays; a real fault writes none.
    ///
    /// @param vector [#UD] or [#GP]
    public void fault(int vector) {
        MEMORY.set(JAVA_INT, block + EXCEPTION, vector + 1);
    }

    private int descriptor() {
        return (int) read(INSTRUCTION);
    }

    private long read(long offset) {
        long value = MEMORY.get(JAVA_LONG, block + offset);
        Reference.reachabilityFence(owner);
        return value;
    }

    private void write(long offset, long value) {
        MEMORY.set(JAVA_LONG, block + offset, value);
        Reference.reachabilityFence(owner);
    }
}
