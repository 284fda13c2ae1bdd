package dev.trampette.image.frame;

import java.nio.BufferUnderflowException;
import java.util.ArrayDeque;
import java.util.Deque;

/// A DWARF expression (DWARF 5, 2.5), as far as frame descriptions have them.
final class FrameExpression {

    private static final int MOST_OPERATIONS = 1000;

    private final FrameReader bytes;

    FrameExpression(FrameReader bytes) {
        this.bytes = bytes;
    }

    /// What comes out of it.
    ///
    /// @param before what is on its stack in the beginning
    /// @throws UnsupportedFrameException when it has an operation that is not known here
    long value(Frame frame, long... before) {
        Deque<Long> stack = new ArrayDeque<>();
        for (long value : before) {
            stack.push(value);
        }
        FrameReader code = bytes.again();
        try {
            for (int n = 0; n < MOST_OPERATIONS && !code.isAtEnd(); n++) {
                operate(code, frame, stack);
            }
        } catch (BufferUnderflowException e) {
            stack.clear();
        }
        if (!code.isAtEnd() || stack.isEmpty()) {
            throw new UnsupportedFrameException("an expression that does not hold together");
        }
        return stack.pop();
    }

    private static void operate(FrameReader code, Frame frame, Deque<Long> stack) {
        int operation = code.u8();
        if (operation >= 0x30 && operation <= 0x4f) {               // DW_OP_lit0 to lit31
            stack.push(operation - 0x30L);
        } else if (operation >= 0x70 && operation <= 0x8f) {        // DW_OP_breg0 to breg31
            stack.push(frame.register(operation - 0x70) + code.sleb());
        } else {
            switch (operation) {
                case 0x03, 0x0e, 0x0f -> stack.push(code.u64());    // DW_OP_addr, const8u, const8s
                case 0x06 -> stack.push(frame.word(pop(stack)));    // DW_OP_deref
                case 0x08 -> stack.push((long) code.u8());          // DW_OP_const1u
                case 0x09 -> stack.push((long) code.s8());
                case 0x0a -> stack.push((long) code.u16());
                case 0x0b -> stack.push((long) code.s16());
                case 0x0c -> stack.push(code.u32());
                case 0x0d -> stack.push(code.s32());
                case 0x10 -> stack.push(code.uleb());               // DW_OP_constu
                case 0x11 -> stack.push(code.sleb());
                case 0x12 -> stack.push(peek(stack));               // DW_OP_dup
                case 0x13 -> pop(stack);                            // DW_OP_drop
                case 0x14 -> {                                      // DW_OP_over
                    long top = pop(stack);
                    long under = peek(stack);
                    stack.push(top);
                    stack.push(under);
                }
                case 0x16 -> {                                      // DW_OP_swap
                    long top = pop(stack);
                    long under = pop(stack);
                    stack.push(top);
                    stack.push(under);
                }
                case 0x1f -> stack.push(-pop(stack));               // DW_OP_neg
                case 0x20 -> stack.push(~pop(stack));               // DW_OP_not
                case 0x23 -> stack.push(pop(stack) + code.uleb());  // DW_OP_plus_uconst
                case 0x92 -> {                                      // DW_OP_bregx
                    long register = code.uleb();
                    stack.push(frame.register((int) Math.min(register, Frame.REGISTERS)) + code.sleb());
                }
                case 0x96 -> { }                                    // DW_OP_nop
                default -> stack.push(binary(operation, pop(stack), pop(stack)));
            }
        }
    }

    /// @param right what was on top
    private static long binary(int operation, long right, long left) {
        return switch (operation) {
            case 0x1a -> left & right;                              // DW_OP_and
            case 0x1c -> left - right;
            case 0x1e -> left * right;
            case 0x21 -> left | right;
            case 0x22 -> left + right;
            case 0x24 -> right >= 0 && right < Long.SIZE ? left << right : 0;
            case 0x25 -> right >= 0 && right < Long.SIZE ? left >>> right : 0;
            case 0x26 -> left >> Math.min(Math.max(right, 0), Long.SIZE - 1);
            case 0x27 -> left ^ right;
            case 0x29 -> left == right ? 1 : 0;                     // DW_OP_eq
            case 0x2a -> left >= right ? 1 : 0;
            case 0x2b -> left > right ? 1 : 0;
            case 0x2c -> left <= right ? 1 : 0;
            case 0x2d -> left < right ? 1 : 0;
            case 0x2e -> left != right ? 1 : 0;
            default -> throw new UnsupportedFrameException("operation 0x%x of an expression".formatted(operation));
        };
    }

    private static long pop(Deque<Long> stack) {
        if (stack.isEmpty()) {
            throw new UnsupportedFrameException("an expression that does not hold together");
        }
        return stack.pop();
    }

    private static long peek(Deque<Long> stack) {
        long top = pop(stack);
        stack.push(top);
        return top;
    }
}
