package dev.trampette.shim.tdx;

import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;

/// The registers of a TD through the RCX mask of TDG.VP.VMCALL: all that a VMM can see or change.
///
/// A view that dies with the call, when [Vmm#vmcall] returns: behind it is an address on the stack of the caller, where
/// something else is by then. A VMM takes values out of it and does not keep it, nor give it to another thread.
public final class ExposedRegisters {

    private final Registers registers;
    private final long mask;

    ExposedRegisters(Registers registers, long mask) {
        this.registers = registers;
        this.mask = mask;
    }

    /// Whether the mask selects a register.
    public boolean exposes(Gpr register) {
        return (mask & register.maskBit()) != 0;
    }

    /// The value of a register, or 0 when it is not exposed.
    public long get(Gpr register) {
        return exposes(register) ? registers.get(register) : 0;
    }

    /// Change a register of the TD; without effect when it is not exposed.
    public void set(Gpr register, long value) {
        if (exposes(register)) {
            registers.set(register, value);
        }
    }
}
