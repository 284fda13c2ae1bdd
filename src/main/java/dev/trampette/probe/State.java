package dev.trampette.probe;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.shim.Registers;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/// All that a routine finds, or leaves: general-purpose registers, RFLAGS, MXCSR, x87 and vectors.
///
/// A view of `STATE` of `src/main/asm/include/probe.inc`:
///
/// ```
///   0           168     172       176   180      184         248    256    264    268   320               2368
///   +----- --+--+-------+---------+-----+--------+----- --+--+------+------+------+-----+----------- --+----+
///   | REGISTERS | mxcsr | x87     | x87 | xinuse | k0 ... k7 |  FS  |  GS  | pkru | pad | zmm0 ...  zmm31,  |
///   |           |       | control | tag |        |           | base | base |      |     | 64 bytes each     |
///   +----- --+--+-------+---------+-----+--------+----- --+--+------+------+------+-----+----------- --+----+
/// ```
///
/// Vectors and masks that this processor does not have are not looked at.
public final class State {

    /// The block in memory.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            Registers.LAYOUT.withName("registers"),
            JAVA_INT.withName("mxcsr"),
            JAVA_INT.withName("x87_control"),
            JAVA_INT.withName("x87_tag"),
            JAVA_INT.withName("xinuse"),
            MemoryLayout.sequenceLayout(8, JAVA_LONG).withName("masks"),
            JAVA_LONG.withName("fs_base"),
            JAVA_LONG.withName("gs_base"),
            JAVA_INT.withName("pkru"),
            JAVA_INT.withName("x87_status"),
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("top"),
            MemoryLayout.paddingLayout(32),
            MemoryLayout.sequenceLayout(32 * 8, JAVA_LONG).withName("vectors"));

    /// The bits of MXCSR that a function preserves: masks, rounding, FTZ and DAZ (psABI 3.2.1). The others are sticky.
    public static final int MXCSR_CONTROL = 0xffc0;
    private static final int MXCSR_BITS = 0xffff;
    /// What MXCSR is at the start of a process: all exceptions masked.
    public static final int MXCSR_DEFAULT = 0x1f80;
    /// Another one that a caller may have: FTZ and DAZ, and rounding towards 0.
    public static final int MXCSR_OTHER = 0xffc0;
    private static final int X87_BITS = 0x1f3f;
    private static final int X87_ONE = 0x40;
    /// What the x87 control word is at the start of a process: all exceptions masked, 64 bits of precision.
    public static final int X87_DEFAULT = 0x37f;
    /// Another one that a caller may have: 53 bits of precision, and rounding towards 0.
    public static final int X87_OTHER = 0xe7f;
    /// The x87 tag word when all eight registers are empty, as the ABI wants it.
    public static final int X87_EMPTY = 0xffff;
    /// The x87 tag word when one register has a number, of those that were empty.
    public static final int X87_ONE_IN_USE = 0x3fff;

    /// The bits of XINUSE for the upper halves of ymm0-ymm15 and of zmm0-zmm15 (SDM volume 1, "XSAVE-Managed State").
    public static final int XINUSE_UPPER = 1 << 2 | 1 << 6;

    /// 64-bit lanes in a vector of this block, whatever the processor has.
    public static final int LANES = 8;

    private static final int MOST_VECTORS = 32;
    private static final int MOST_MASKS = 8;

    private static final long MXCSR = LAYOUT.byteOffset(groupElement("mxcsr"));
    private static final long X87_CONTROL = LAYOUT.byteOffset(groupElement("x87_control"));
    private static final long X87_TAG = LAYOUT.byteOffset(groupElement("x87_tag"));
    private static final long XINUSE = LAYOUT.byteOffset(groupElement("xinuse"));
    private static final long MASKS = LAYOUT.byteOffset(groupElement("masks"));
    private static final long FS_BASE = LAYOUT.byteOffset(groupElement("fs_base"));
    private static final long GS_BASE = LAYOUT.byteOffset(groupElement("gs_base"));
    private static final long PKRU = LAYOUT.byteOffset(groupElement("pkru"));
    private static final long X87_STATUS = LAYOUT.byteOffset(groupElement("x87_status"));
    private static final long TOP = LAYOUT.byteOffset(groupElement("top"));
    private static final long VECTORS = LAYOUT.byteOffset(groupElement("vectors"));

    private final MemorySegment block;
    private final Registers registers;

    State(MemorySegment block) {
        this.block = block;
        this.registers = new Registers(block.address(), block);
    }

    /// General-purpose registers and RFLAGS.
    public Registers registers() {
        return registers;
    }

    /// MXCSR.
    public int mxcsr() {
        return block.get(JAVA_INT, MXCSR);
    }

    /// Set MXCSR. Exceptions that are not masked are signals, if the routine raises them.
    ///
    /// @throws IllegalArgumentException for a bit above 15: to load it is #GP (SDM volume 1, "MXCSR")
    public void setMxcsr(int value) {
        if ((value & ~MXCSR_BITS) != 0) {
            throw new IllegalArgumentException("MXCSR has bits 15:0 only, value=0x%x".formatted(value));
        }
        block.set(JAVA_INT, MXCSR, value);
    }

    /// The x87 control word.
    public int x87Control() {
        return block.get(JAVA_INT, X87_CONTROL);
    }

    /// Set the x87 control word, as far as it can be set: of the bits that mean nothing, bit 6 is 1 and the others
    /// are 0.
    public void setX87Control(int value) {
        block.set(JAVA_INT, X87_CONTROL, value & X87_BITS | X87_ONE);
    }

    /// The x87 tag word, two bits for each register: 3 is empty. Of a state after a call.
    public int x87Tag() {
        return block.get(JAVA_INT, X87_TAG);
    }

    /// The x87 tag word when the register on top is in use, and no other. Of a state after a call.
    public int x87TagOfTop() {
        int top = block.get(JAVA_INT, X87_STATUS) >> 11 & 7;
        return X87_EMPTY & ~(3 << 2 * top) | x87Tag() & 3 << 2 * top;
    }

    /// The x87 register on top, when any is in use: 0 for the mantissa, 1 for sign and exponent. Of a state after a
    /// call.
    public long top(int part) {
        return block.get(JAVA_LONG, TOP + part * 8L);
    }

    /// XGETBV(1), the components of the extended state that the processor takes for used; 0 where it does not say.
    public int xinuse() {
        return block.get(JAVA_INT, XINUSE);
    }

    /// FS base: the thread's, which is put back after the call, whatever the routine made of it.
    public long fsBase() {
        return block.get(JAVA_LONG, FS_BASE);
    }

    /// GS base; see [#fsBase].
    public long gsBase() {
        return block.get(JAVA_LONG, GS_BASE);
    }

    /// PKRU, the rights of protection keys; see [#fsBase]. 0 where there are none.
    public int pkru() {
        return block.get(JAVA_INT, PKRU);
    }

    /// A mask register, k0 to k7.
    public long mask(int n) {
        return block.get(JAVA_LONG, MASKS + Objects.checkIndex(n, MOST_MASKS) * 8L);
    }

    /// Set a mask register.
    public void setMask(int n, long value) {
        block.set(JAVA_LONG, MASKS + Objects.checkIndex(n, MOST_MASKS) * 8L, value);
    }

    /// All vectors of this processor, each of eight lanes, in one array.
    public void vectors(long[] into) {
        MemorySegment.copy(block, JAVA_LONG, VECTORS, into, 0, into.length);
    }

    /// Set all vectors; see [#vectors].
    public void setVectors(long[] values) {
        MemorySegment.copy(values, 0, block, JAVA_LONG, VECTORS, values.length);
    }

    /// 64 bits of a vector; lane 0 is the lowest, and lanes 0 and 1 are XMM.
    public long vector(int n, int lane) {
        return block.get(JAVA_LONG, lane(n, lane));
    }

    /// Set 64 bits of a vector.
    public void setVector(int n, int lane, long value) {
        block.set(JAVA_LONG, lane(n, lane), value);
    }

    private static long lane(int n, int lane) {
        return VECTORS + (Objects.checkIndex(n, MOST_VECTORS) * (long) LANES + Objects.checkIndex(lane, LANES)) * 8;
    }
}
