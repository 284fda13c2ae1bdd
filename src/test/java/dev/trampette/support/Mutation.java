package dev.trampette.support;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// What is changed in one instruction, as a slip of the pen or of an assembler does it.
///
/// Left out is what no processor tells from the original: `xor rdi, rdi` for `xor edi, edi`, another encoding, or SBB
/// for XOR where CF is 0 from the XOR before.
public enum Mutation {
    /// NOPs in its place.
    DELETED {
        @Override
        void change(Instruction i) {
            i.delete();
        }
    },
    /// Another register in place of one: three others, of those that need no longer instruction.
    REGISTER {
        @Override
        void change(Instruction i) {
            for (int bits : OTHER_REGISTERS) {
                i.operands().forEach(operand -> i.registers(bits, operand));
            }
        }
    },
    /// Another register in place of one that stands there twice.
    REGISTERS {
        @Override
        void change(Instruction i) {
            for (int bits : i.isSameTwice() ? OTHER_REGISTERS : new int[0]) {
                i.registers(bits, Instruction.Operand.REG, Instruction.Operand.RM);
            }
        }
    },
    /// Source for destination: of a MOV between registers, or a load for a store.
    SWAPPED {
        @Override
        void change(Instruction i) {
            if ((i.encoding().opcode() == 0x89 || i.encoding().opcode() == 0x8b) && !i.isSameTwice()) {
                i.flip(i.encoding().at(), 2);
            }
        }
    },
    /// 32 bits for 64, or the other way.
    WIDTH {
        @Override
        void change(Instruction i) {
            int opcode = i.encoding().opcode();
            boolean extends32 = opcode == 0x0fb6 || opcode == 0x0fb7;
            boolean hasWidth = i.encoding().modrm() >= 0 && !extends32 || opcode == 0x0d
                    || opcode > 0x90 && opcode < 0x98 || opcode >= 0x0fc8 && opcode <= 0x0fcf;
            if (hasWidth && i.encoding().rex() >= 0 && !(opcode == 0x31 && i.isSameTwice())) {
                i.flip(i.encoding().rex(), 8);
            }
        }
    },
    /// 8 or 16 bits for 32 or 64.
    NARROWED {
        @Override
        void change(Instruction i) {
            if (IntStream.of(0x01, 0x31, 0x85, 0x89, 0x8b).anyMatch(opcode -> opcode == i.encoding().opcode())) {
                i.flip(i.encoding().at(), 1);
            }
            i.prefix((byte) 0x66);
        }
    },
    /// An immediate that is off by one, or in one bit.
    IMMEDIATE {
        @Override
        void change(Instruction i) {
            Encoding e = i.encoding();
            if (e.hasImmediate()) {
                i.increase(e.immediate(), e.size(), 1);
                i.increase(e.immediate(), e.size(), -1);
                i.flip(e.immediate(), 0x10);
                i.flip(e.size() - 1, 0x80);
                if (e.size() - e.immediate() > 1) {
                    i.flip(e.immediate() + 1, 0x04);
                }
            }
        }
    },
    /// The word beside, in memory.
    DISPLACEMENT {
        @Override
        void change(Instruction i) {
            Encoding e = i.encoding();
            if (e.hasDisplacement() && !e.isRelative()) {
                i.increase(e.displacement(), e.immediate(), 8);
                i.increase(e.displacement(), e.immediate(), -8);
            }
        }
    },
    /// Another condition: the opposite, its neighbours in the table, those of CF, ZF and SF alone; or none.
    CONDITION {
        @Override
        void change(Instruction i) {
            Encoding e = i.encoding();
            if (e.isConditional()) {
                int condition = e.opcode() & 0xf;
                IntStream.of(condition ^ 1, condition ^ 2, condition ^ 4, condition ^ 8, 2, 3, 4, 5, 8, 9).distinct()
                        .filter(other -> other != condition).forEach(other -> i.opcode(e.opcode() & ~0xf | other));
                if (e.opcode() < 0x100) {
                    i.opcode(0xeb);
                }
            }
        }
    },
    /// To the instruction behind the target.
    TARGET {
        @Override
        void change(Instruction i) {
            i.beyondTarget();
        }
    },
    /// Another operation on the same operands: OR for ADD, SBB for XOR, POP for PUSH.
    OPERATION {
        @Override
        void change(Instruction i) {
            int opcode = i.encoding().opcode();
            switch (opcode) {
                case 0x81, 0x83 -> List.of(0, 1, 3, 4, 5, 6, 7).forEach(i::group);
                case 0x01 -> List.of(0x09, 0x11, 0x29, 0x31).forEach(i::opcode);
                case 0x31 -> (i.isBehind(0x31) ? List.of(0x11) : List.of(0x11, 0x19)).forEach(i::opcode);
                case 0x85 -> List.of(0x19, 0x39).forEach(i::opcode);
                case 0x89 -> (i.isSameTwice() ? List.of(0x01) : List.of(0x01, 0x09)).forEach(i::opcode);
                case 0x8b -> List.of(0x0b, 0x8d).forEach(i::opcode);
                case 0x8d -> i.opcode(0x8b);
                case 0x0d -> List.of(0x05, 0x25).forEach(i::opcode);
                case 0x0fb6, 0x0fb7 -> List.of(opcode ^ 1, opcode ^ 8).forEach(i::opcode);
                case 0xf9 -> List.of(0xf5, 0xf8).forEach(i::opcode);
                default -> {
                    if (opcode >= 0x50 && opcode < 0x60) {
                        i.opcode(opcode ^ 8);
                    }
                }
            }
        }
    },
    /// Two pushes or two pops, the other way round.
    EXCHANGED {
        @Override
        void change(Instruction i) {
            i.exchange();
        }
    };

    private static final int[] OTHER_REGISTERS = {1, 4, 8};

    /// Make the changes of this kind.
    abstract void change(Instruction i);

    /// The name in lists: `condition`.
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
