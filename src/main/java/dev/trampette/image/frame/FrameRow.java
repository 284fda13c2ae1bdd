package dev.trampette.image.frame;

import java.util.Map;

/// What is said of the frame at one instruction.
///
/// @param address where the frame of the caller begins
/// @param rules where registers are; those that are not named are where they were
/// @param returnRegister whose value is the return address
/// @param isSignal whether a signal handler returns to the code
public record FrameRow(Address address, Map<Integer, FrameRule> rules, int returnRegister, boolean isSignal) {

    /// How the address of a frame is found.
    sealed interface Address {
    }

    /// From a register on.
    record OfRegister(int register, long offset) implements Address {
    }

    /// By an expression.
    record OfExpression(FrameExpression expression) implements Address {
    }

    /// Nothing of it changes.
    public FrameRow {
        rules = Map.copyOf(rules);
    }

    /// Whether a compiler has realigned the stack: RBP is described by an expression, and the frame is not found
    /// through it. GCC describes registers from RBP on then, and goes on with that when RBP is the caller's again.
    boolean isRealigned() {
        return address instanceof OfRegister(int register, _) && register != Frame.RBP
                && rule(Frame.RBP) instanceof FrameRule.AtExpression;
    }

    FrameRule rule(int register) {
        return rules.getOrDefault(register, new FrameRule.Same());
    }
}
