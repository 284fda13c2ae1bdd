package dev.trampette.support;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One instruction of a routine, and what it can be changed to. A change that is no other instruction is left out.
final class Instruction {

    private static final int REX_W = 8;
    private static final int REX_R = 4;
    private static final int REX_B = 1;
    private static final byte NOP = (byte) 0x90;
    private static final int RET = 0xc3;
    private static final int RSP = 4;

    private final List<Disassembly.Line> routine;
    private final int index;
    private final byte[] bytes;
    private final Encoding encoding;
    private final boolean isRoomBehind;
    private final List<byte[]> changes = new ArrayList<>();

    /// @param routine all its instructions
    /// @param index which of them
    /// @param isRoomBehind whether the byte behind the routine is nobody's
    Instruction(List<Disassembly.Line> routine, int index, boolean isRoomBehind) {
        this.routine = routine;
        this.index = index;
        this.bytes = routine.get(index).bytes();
        this.encoding = Encoding.of(bytes);
        this.isRoomBehind = isRoomBehind;
    }

    Encoding encoding() {
        return encoding;
    }

    /// What it was changed to, since the last call.
    List<byte[]> takeChanges() {
        List<byte[]> taken = List.copyOf(changes);
        changes.clear();
        return taken;
    }

    /// NOPs in its place.
    void delete() {
        byte[] nops = new byte[bytes.length];
        Arrays.fill(nops, NOP);
        changes.add(nops);
    }

    /// One byte with some bits the other way.
    void flip(int at, int bits) {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) bits;
        changes.add(changed);
    }

    /// Another opcode of one byte, or another second byte.
    void opcode(int opcode) {
        flip(encoding.at(), (encoding.opcode() ^ opcode) & 0xff);
    }

    /// Another operation of a group, which has its number in ModRM.
    void group(int operation) {
        int was = bytes[encoding.modrm()] >> 3 & 7;
        if (operation != was) {
            flip(encoding.modrm(), (was ^ operation) << 3);
        }
    }

    /// A number that is off by so much; not when it is too small for that.
    void increase(int from, int to, int by) {
        long value = number(bytes, from, to) + by;
        byte[] changed = bytes.clone();
        for (int n = from; n < to; n++) {
            changed[n] = (byte) (value >> (n - from) * 8);
        }
        if (number(changed, from, to) == value) {
            changes.add(changed);
        }
    }

    /// Whether the instruction before it has this opcode.
    boolean isBehind(int opcode) {
        return index > 0 && Encoding.of(routine.get(index - 1).bytes()).opcode() == opcode;
    }

    /// Whether reg and rm are one register.
    boolean isSameTwice() {
        return isTwoRegisters() && register(bytes, Operand.REG) == register(bytes, Operand.RM);
    }

    /// Whether both operands are registers.
    boolean isTwoRegisters() {
        return encoding.modrm() >= 0 && !encoding.isGroup() && mod() == 3;
    }

    /// The register operands.
    List<Operand> operands() {
        List<Operand> operands = new ArrayList<>();
        if (encoding.isRegisterInOpcode()) {
            operands.add(Operand.OPCODE);
        }
        if (encoding.modrm() >= 0) {
            if (!encoding.isGroup()) {
                operands.add(Operand.REG);
            }
            if (mod() == 3) {
                operands.add(Operand.RM);
            } else if ((bytes[encoding.modrm()] & 7) == 4) {
                operands.add(Operand.SIB_BASE);
            } else if (mod() != 0 || (bytes[encoding.modrm()] & 7) != 5) {
                operands.add(Operand.RM);
            }
        }
        return operands;
    }

    /// Other registers in place of operands: the bits of their numbers that differ. Bit 3 needs a REX prefix. RSP is
    /// left out: its value is another one in each run, and so would be what is found.
    void registers(int bits, Operand... operands) {
        byte[] changed = bytes.clone();
        for (Operand operand : operands) {
            if ((bits & 8) != 0) {
                if (encoding.rex() < 0) {
                    return;
                }
                changed[encoding.rex()] ^= (byte) (operand == Operand.REG ? REX_R : REX_B);
            }
            changed[operand.at(encoding)] ^= (byte) ((bits & 7) << operand.shift());
            if (register(changed, operand) == RSP) {
                return;
            }
        }
        boolean isSame = encoding.modrm() >= 0 && !Arrays.equals(bytes, changed)
                && (encoding.opcode() == 0x89 || encoding.opcode() == 0x8b) && mod() == 3
                && register(changed, Operand.REG) == register(changed, Operand.RM);
        if (!isSame && Encoding.isWhole(changed)) {
            changes.add(changed);
        }
    }

    /// Another target: the instruction behind the one that it jumps to.
    void beyondTarget() {
        if (encoding.isRelative()) {
            int target = routine.get(index).end() + (int) number(bytes, encoding.displacement(), encoding.immediate());
            routine.stream().filter(line -> line.offset() == target).findFirst().ifPresent(line ->
                    increase(encoding.displacement(), encoding.immediate(), line.bytes().length));
        }
    }

    /// With a prefix, where what is behind can move on by a byte: nothing there jumps, nothing jumps there.
    void prefix(byte prefix) {
        if (!isRoomBehind || encoding.isControl() || isWide() || !isTwoRegisters() || !isTailMovable()) {
            return;
        }
        int start = routine.get(index).offset();
        byte[] changed = new byte[routine.getLast().end() - start + 1];
        changed[0] = prefix;
        for (Disassembly.Line line : routine.subList(index, routine.size())) {
            System.arraycopy(line.bytes(), 0, changed, line.offset() - start + 1, line.bytes().length);
        }
        changes.add(changed);
    }

    /// The next one first, when both are a push or both a pop.
    void exchange() {
        if (index + 1 < routine.size()) {
            byte[] next = routine.get(index + 1).bytes();
            int nextOpcode = Encoding.of(next).opcode();
            if (encoding.opcode() >> 4 == 5 && encoding.opcode() >> 3 == nextOpcode >> 3) {
                byte[] both = Arrays.copyOf(next, next.length + bytes.length);
                System.arraycopy(bytes, 0, both, next.length, bytes.length);
                changes.add(both);
            }
        }
    }

    /// Whether it is an operation of 64 bits.
    boolean isWide() {
        return encoding.rex() >= 0 && (bytes[encoding.rex()] & REX_W) != 0;
    }

    private boolean isTailMovable() {
        List<Disassembly.Line> behind = routine.subList(index + 1, routine.size());
        int start = routine.get(index).end();
        return !behind.isEmpty()
                && Encoding.of(behind.getLast().bytes()).opcode() == RET
                && behind.stream().filter(line -> Encoding.of(line.bytes()).isControl()).count() == 1
                && routine.stream().noneMatch(line -> {
                    Encoding other = Encoding.of(line.bytes());
                    return other.isRelative()
                            && line.end() + number(line.bytes(), other.displacement(), other.immediate()) >= start;
                });
    }

    private int mod() {
        return bytes[encoding.modrm()] >> 6 & 3;
    }

    private int register(byte[] code, Operand operand) {
        int high = encoding.rex() < 0 ? 0 : code[encoding.rex()] & (operand == Operand.REG ? REX_R : REX_B);
        return (code[operand.at(encoding)] >> operand.shift() & 7) + (high == 0 ? 0 : 8);
    }

    private static long number(byte[] bytes, int from, int to) {
        long value = 0;
        for (int n = to - 1; n >= from; n--) {
            value = n == to - 1 ? bytes[n] : value << 8 | bytes[n] & 0xff;
        }
        return value;
    }

    /// Where a register is named.
    enum Operand {
        REG, RM, SIB_BASE, OPCODE;

        int at(Encoding encoding) {
            return switch (this) {
                case REG, RM -> encoding.modrm();
                case SIB_BASE -> encoding.modrm() + 1;
                case OPCODE -> encoding.at();
            };
        }

        int shift() {
            return this == REG ? 3 : 0;
        }
    }
}
