package dev.trampette.abi;

import java.util.Locale;

/// What a wrapper can break. The labels are an interface: reports, tests and users refer to them.
public enum Rule {
    /// A register that the convention preserves differs.
    CALLEE_SAVED,
    /// A register outside the contract's clobbers differs.
    UNDECLARED_CLOBBER,
    /// RSP is off after the call.
    STACK_BALANCE,
    /// DF is set after the call.
    DIRECTION_FLAG,
    /// RAX, R10 or R11 is wrong at the instruction, or it is another instruction.
    SELECTOR,
    /// A declared value is in the wrong register at the instruction.
    INPUT,
    /// A declared value is in the wrong place after the call.
    OUTPUT,
    /// A result depends on a register that the contract does not name.
    UNDEFINED_READ,
    /// The RCX mask is not the contract's.
    EXPOSURE,
    /// An exposed register holds a value of the caller's that is not an input.
    LEAK_OUT,
    /// A register that is not an output holds a value of the VMM's after the call.
    LEAK_IN,
    /// A status or an RFLAGS outcome is turned into the wrong result.
    STATUS,
    /// Outputs are stored when they must not be, or dropped when they matter.
    OUTPUT_ON_FAILURE,
    /// Bytes outside the declared memory operands are written.
    MEMORY,
    /// The instruction is executed more often than allowed.
    CALLS,
    /// The instruction is never executed.
    NOT_REACHED,
    /// A fault of the instruction is not turned into what the contract says.
    FAULT,
    /// The wrapper did not return.
    CRASH;

    /// The name in reports: `callee-saved`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return label();
    }
}
