package dev.trampette.image.frame;

import dev.trampette.spec.Gpr;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/// The registers in one frame of a stack, and the way to those of its caller.
public final class Frame {

    /// RAX to R15 by the numbers of DWARF, and the return address (psABI 3.6.2, figure 3.36).
    static final int REGISTERS = 17;
    static final int RBP = 6;
    static final int RSP = 7;
    private static final int RETURN = 16;

    private static final List<Gpr> NUMBERS = List.of(Gpr.RAX, Gpr.RDX, Gpr.RCX, Gpr.RBX, Gpr.RSI, Gpr.RDI, Gpr.RBP,
            Gpr.RSP, Gpr.R8, Gpr.R9, Gpr.R10, Gpr.R11, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15);

    private final OptionalLong[] registers;
    private final LongFunction<OptionalLong> memory;

    private Frame(OptionalLong[] registers, LongFunction<OptionalLong> memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /// The frame in which a processor is.
    ///
    /// @param rip its next instruction
    /// @param registers what is in them
    /// @param memory what a word of memory holds, as far as that is known
    public static Frame of(long rip, ToLongFunction<Gpr> registers,
            LongFunction<OptionalLong> memory) {
        OptionalLong[] values = new OptionalLong[REGISTERS];
        Arrays.setAll(values, n -> OptionalLong.of(n == RETURN ? rip : registers.applyAsLong(NUMBERS.get(n))));
        return new Frame(values, memory);
    }

    /// The next instruction.
    ///
    /// @throws UnknownFrameException when nobody knows
    public long rip() {
        return register(RETURN);
    }

    /// What is in a register, when that can be said.
    public OptionalLong get(Gpr register) {
        return registers[NUMBERS.indexOf(register)];
    }

    long register(int number) {
        if (number < 0 || number >= REGISTERS || registers[number].isEmpty()) {
            throw new UnknownFrameException("register " + number);
        }
        return registers[number].getAsLong();
    }

    long word(long address) {
        return memory.apply(address).orElseThrow(() ->
                new UnknownFrameException("memory at 0x%x".formatted(address)));
    }

    /// The frame of the caller.
    ///
    /// @param row what is said of the code at RIP
    /// @throws UnknownFrameException when it depends on something that is not known
    /// @throws UnsupportedFrameException when the description has something that is not known here
    public Frame caller(FrameRow row) {
        long address = address(row);
        OptionalLong[] values = new OptionalLong[REGISTERS];
        for (int n = 0; n < REGISTERS; n++) {
            FrameRule rule = row.rule(n);
            try {
                values[n] = n == RSP && rule instanceof FrameRule.Same ? OptionalLong.of(address)
                        : rule instanceof FrameRule.AtExpression && row.isRealigned() ? OptionalLong.empty()
                        : value(rule, n, address);
            } catch (UnknownFrameException e) {
                values[n] = OptionalLong.empty();
            }
        }
        values[RETURN] = row.returnRegister() == RETURN ? values[RETURN] : values[row.returnRegister()];
        return new Frame(values, memory);
    }

    /// The address of the frame: what RSP is in that of the caller.
    public long address(FrameRow row) {
        return switch (row.address()) {
            case FrameRow.OfRegister(int register, long offset) -> register(register) + offset;
            case FrameRow.OfExpression(FrameExpression expression) -> expression.value(this);
        };
    }

    private OptionalLong value(FrameRule rule, int register, long address) {
        return switch (rule) {
            case FrameRule.Undefined() -> OptionalLong.empty();
            case FrameRule.Same() -> registers[register];
            case FrameRule.AtOffset(long offset) -> memory.apply(address + offset);
            case FrameRule.Offset(long offset) -> OptionalLong.of(address + offset);
            case FrameRule.InRegister(int other) -> OptionalLong.of(register(other));
            case FrameRule.AtExpression(FrameExpression expression) ->
                    memory.apply(expression.value(this, address));
            case FrameRule.Expression(FrameExpression expression) ->
                    OptionalLong.of(expression.value(this, address));
        };
    }
}
