package dev.trampette.crossing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// A machine instruction that faulted, as far as that says why: what it does with RIP, and where its operand in memory
/// is.
///
/// @param prefixes the legacy prefixes
/// @param rex the REX prefix, or what VEX and EVEX have in its place
/// @param vector bytes of the vector that VEX or EVEX says, or 0
/// @param isScaled whether an 8-bit displacement counts vectors: EVEX
/// @param opcode from the first byte that is no prefix, ModRM and what follows included
/// @param map 1 for one byte, 2 for 0F, 3 for 0F 38 and 0F 3A
public record MachineInstruction(List<Integer> prefixes, int rex, int vector, boolean isScaled, byte[] opcode,
        int map) {

    /// The most bytes that an instruction has.
    public static final int LONGEST = 15;

    private static final List<Integer> PREFIXES = List.of(0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64,
            0x65);
    private static final int FS = 0x64;
    private static final int GS = 0x65;
    /// A bit for each one-byte opcode that has a ModRM, 16 for a row of the opcode map.
    private static final int[] HAS_MODRM = {0x0f0f, 0x0f0f, 0x0f0f, 0x0f0f, 0, 0, 0x0a08, 0, 0xffff, 0, 0, 0, 0x00c3,
        0xff0f, 0, 0xc0c0};

    /// Take it apart.
    ///
    /// @param code from its first byte
    public static MachineInstruction of(ByteBuffer code) {
        List<Integer> prefixes = new ArrayList<>();
        ByteBuffer bytes = code.duplicate();
        int rex = 0;
        while (bytes.hasRemaining() && PREFIXES.contains(bytes.get(bytes.position()) & 0xff)) {
            prefixes.add(bytes.get() & 0xff);
        }
        if (bytes.hasRemaining() && (bytes.get(bytes.position()) & 0xf0) == 0x40) {
            rex = bytes.get() & 0xf;
        }
        int vector = 0;
        int map = 1;
        boolean scaled = false;
        int first = bytes.hasRemaining() ? bytes.get(bytes.position()) & 0xff : 0;
        if (first == 0xc5 && bytes.remaining() > 2) {
            bytes.get();
            vector = (bytes.get() >> 2 & 1) == 0 ? 16 : 32;
            map = 2;
        } else if (first == 0xc4 && bytes.remaining() > 3) {
            bytes.get();
            int second = ~bytes.get() & 0xff;
            rex = second >> 5;
            map = (~second & 0x1f) == 1 ? 2 : 3;
            vector = (bytes.get() >> 2 & 1) == 0 ? 16 : 32;
        } else if (first == 0x62 && bytes.remaining() > 4) {
            bytes.get();
            int second = ~bytes.get() & 0xff;
            rex = second >> 5;
            map = (~second & 7) == 1 ? 2 : 3;
            bytes.get();
            vector = 16 << (bytes.get() >> 5 & 3);
            scaled = true;
        } else if (first == 0x0f && bytes.remaining() > 1) {
            int second = bytes.get(bytes.position() + 1) & 0xff;
            map = second == 0x38 || second == 0x3a ? 3 : 2;
        }
        byte[] opcode = new byte[bytes.remaining()];
        bytes.get(opcode);
        return new MachineInstruction(prefixes, rex, vector, scaled, opcode, map);
    }

    /// UD2.
    boolean isUd2() {
        return begins((byte) 0x0f, (byte) 0x0b);
    }

    /// RET, with a number of bytes to drop or without.
    boolean isReturn() {
        return begins((byte) 0xc3) || begins((byte) 0xc2);
    }

    /// Whether it goes where a register or a word in memory says: JMP or CALL.
    boolean isIndirectJump() {
        return begins((byte) 0xff) && opcode.length > 1 && ((opcode[1] >> 3 & 7) == 2 || (opcode[1] >> 3 & 7) == 4);
    }

    /// Whether it works on vectors, or on other operands that have an alignment (CMPXCHG16B, FXSAVE).
    boolean isOfVectors() {
        return map > 1;
    }

    /// Whether the opcode begins so, without VEX or EVEX.
    boolean begins(byte... bytes) {
        return vector == 0 && opcode.length >= bytes.length
                && Arrays.equals(opcode, 0, bytes.length, bytes, 0, bytes.length);
    }

    /// The alignment that a vector operand in memory may need.
    int alignment() {
        return Math.max(vector, 16);
    }

    /// The register in ModRM.rm, when the operand is no memory.
    OptionalLong register(long[] registers) {
        int at = modrm();
        return at > 0 && (opcode[at] >> 6 & 3) == 3
                ? OptionalLong.of(registers[(opcode[at] & 7) + (rex & 1) * 8]) : OptionalLong.empty();
    }

    /// Where the operand in memory is, as far as general-purpose registers say.
    OptionalLong address(long[] registers) {
        int at = modrm();
        if (at <= 0 || at >= opcode.length || prefixes.contains(FS) || prefixes.contains(GS)) {
            return OptionalLong.empty();
        }
        int mod = opcode[at] >> 6 & 3;
        int rm = opcode[at] & 7;
        if (mod == 3 || mod == 0 && rm == 5) {
            return OptionalLong.empty();
        }
        long address = 0;
        int next = at + 1;
        boolean hasBase = true;
        if (rm == 4) {
            if (next >= opcode.length) {
                return OptionalLong.empty();
            }
            int sib = opcode[next++] & 0xff;
            int index = (sib >> 3 & 7) + (rex >> 1 & 1) * 8;
            address += index == 4 ? 0 : registers[index] << (sib >> 6);
            rm = sib & 7;
            hasBase = rm != 5 || mod != 0;
        }
        address += hasBase ? registers[rm + (rex & 1) * 8] : 0;
        int size = mod == 1 ? 1 : mod == 2 || !hasBase ? 4 : 0;
        if (next + size > opcode.length) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(address + switch (size) {
            case 1 -> opcode[next] * (isScaled ? (long) vector : 1);
            case 4 -> ByteBuffer.wrap(opcode).order(ByteOrder.LITTLE_ENDIAN).getInt(next);
            default -> 0;
        });
    }

    /// Where the ModRM byte is, or 0.
    private int modrm() {
        int at = vector != 0 ? 1 : map;
        if (opcode.length <= at) {
            return 0;
        }
        int first = opcode[0] & 0xff;
        return vector != 0 || map > 1 || (HAS_MODRM[first >> 4] >> (first & 0xf) & 1) != 0 ? at : 0;
    }
}
