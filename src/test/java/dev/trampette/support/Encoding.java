package dev.trampette.support;

import java.util.HexFormat;

/// Where the parts of an instruction are in its bytes, for what wrappers are made of (SDM volume 2, chapter 2).
///
/// @param rex index of the REX prefix, or -1
/// @param at index of the last byte of the opcode
/// @param opcode the opcode, `0x0fXX` when it has two bytes
/// @param modrm index of the ModRM byte, or -1
/// @param displacement index of the displacement, or of the relative target; the end when there is none
/// @param immediate index of the immediate; the end when there is none
/// @param size of all, in bytes
record Encoding(int rex, int at, int opcode, int modrm, int displacement, int immediate, int size) {

    private static final int REX_W = 8;

    /// @throws IllegalArgumentException when the opcode is not known here, or the length is another one
    static Encoding of(byte[] bytes) {
        Encoding encoding = read(bytes);
        if (encoding.size != bytes.length) {
            throw new IllegalArgumentException("not read as it is: " + HexFormat.of().formatHex(bytes));
        }
        return encoding;
    }

    /// Whether the bytes are one instruction, without a rest.
    static boolean isWhole(byte[] bytes) {
        return read(bytes).size == bytes.length;
    }

    private static Encoding read(byte[] bytes) {
        int at = 0;
        boolean word = false;
        while (isPrefix(bytes[at])) {
            word |= bytes[at] == 0x66;
            at++;
        }
        int rex = (bytes[at] & 0xf0) == 0x40 ? at++ : -1;
        int opcode = bytes[at] & 0xff;
        if (opcode == 0x0f) {
            opcode = opcode << 8 | bytes[++at] & 0xff;
        }
        boolean wide = rex >= 0 && (bytes[rex] & REX_W) != 0;
        int modrm = hasModrm(opcode) ? at + 1 : -1;
        int displacement = at + 1;
        int immediate = displacement + relative(opcode);
        if (modrm >= 0) {
            boolean sib = (bytes[modrm] & 0xc0) != 0xc0 && (bytes[modrm] & 7) == 4;
            byte base = sib && modrm + 1 < bytes.length ? bytes[modrm + 1] : 0;
            displacement = modrm + (sib ? 2 : 1);
            immediate = displacement + displacementSize(bytes[modrm], base);
        }
        return new Encoding(rex, at, opcode, modrm, displacement, immediate,
                immediate + immediateSize(opcode, wide, word));
    }

    boolean hasDisplacement() {
        return displacement < immediate;
    }

    boolean hasImmediate() {
        return immediate < size;
    }

    /// Whether it jumps or calls, relative to its end.
    boolean isRelative() {
        return relative(opcode) > 0;
    }

    /// Whether control may go elsewhere at it.
    boolean isControl() {
        return isRelative() || opcode == 0xc3 || opcode == 0x0f0b || opcode == 0xff;
    }

    /// Whether it jumps on a condition, which is the low half of the opcode's last byte.
    boolean isConditional() {
        return opcode >> 4 == 0x7 || opcode >> 4 == 0xf8;
    }

    /// Whether the reg field of ModRM is a part of the opcode.
    boolean isGroup() {
        return opcode >= 0x80 && opcode <= 0x83 || opcode == 0x8f || opcode == 0xc6 || opcode == 0xc7
                || opcode == 0xf6 || opcode == 0xf7 || opcode == 0xff;
    }

    /// Whether the low three bits of the opcode are a register.
    boolean isRegisterInOpcode() {
        return opcode >= 0x50 && opcode < 0x60 || opcode >= 0x91 && opcode <= 0x97
                || opcode >= 0xb8 && opcode <= 0xbf || opcode >= 0x0fc8 && opcode <= 0x0fcf;
    }

    private static boolean isPrefix(byte prefix) {
        int value = prefix & 0xff;
        return value == 0x66 || value == 0xf2 || value == 0xf3 || value == 0x2e || value == 0x3e;
    }

    private static boolean hasModrm(int opcode) {
        return switch (opcode) {
            case 0x80, 0x81, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8d, 0x8f, 0xc6, 0xc7, 0xff,
                    0x0f1f, 0x0fb6, 0x0fb7, 0x0fbe, 0x0fbf -> true;
            default -> opcode < 0x40 && (opcode & 7) < 4 || opcode >> 4 == 0xf4;
        };
    }

    private static int relative(int opcode) {
        return opcode >> 4 == 0x7 || opcode == 0xeb ? 1
                : opcode >> 4 == 0xf8 || opcode == 0xe8 || opcode == 0xe9 ? 4 : 0;
    }

    private static int displacementSize(byte modrm, byte sib) {
        return switch (modrm >> 6 & 3) {
            case 0 -> (modrm & 7) == 5 || (modrm & 7) == 4 && (sib & 7) == 5 ? 4 : 0;
            case 1 -> 1;
            case 2 -> 4;
            default -> 0;
        };
    }

    private static int immediateSize(int opcode, boolean wide, boolean word) {
        return switch (opcode) {
            case 0x80, 0x83, 0xa8, 0xc6 -> 1;
            case 0x81, 0xa9, 0xc7 -> word ? 2 : 4;
            default -> opcode >= 0xb8 && opcode <= 0xbf ? wide ? 8 : word ? 2 : 4
                    : opcode >= 0xb0 && opcode <= 0xb7 || opcode < 0x40 && (opcode & 7) == 4 ? 1
                    : opcode < 0x40 && (opcode & 7) == 5 ? word ? 2 : 4 : 0;
        };
    }
}
