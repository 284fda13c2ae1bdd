package dev.trampette.image.frame;

/// Where the value is that a register had in the frame of the caller (DWARF 5, 6.4.1).
sealed interface FrameRule {

    /// Nobody knows.
    record Undefined() implements FrameRule {
    }

    /// It is still in its register.
    record Same() implements FrameRule {
    }

    /// It is in memory, so many bytes from the frame's address on.
    record AtOffset(long offset) implements FrameRule {
    }

    /// It is the frame's address and so many bytes.
    record Offset(long offset) implements FrameRule {
    }

    /// It is in another register.
    record InRegister(int register) implements FrameRule {
    }

    /// It is in memory, at the address that comes out of an expression.
    record AtExpression(FrameExpression expression) implements FrameRule {
    }

    /// It comes out of an expression.
    record Expression(FrameExpression expression) implements FrameRule {
    }
}
