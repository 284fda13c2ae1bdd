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

    /// Look at the mask.
    ///
    /// @param register any of the sixteen
    /// @return whether the mask selects it
    public boolean exposes(Gpr register) {
        return (mask & register.maskBit()) != 0;
    }

    /// Read a register of the TD.
    ///
    /// @param register any of the sixteen
    /// @return its value, or 0 when it is not exposed
    public long get(Gpr register) {
        return exposes(register) ? registers.get(register) : 0;
    }

    /// Change a register of the TD; without effect when it is not exposed.
    ///
    /// @param register any of the sixteen
    /// @param value all 64 bits
    public void set(Gpr register, long value) {
        if (exposes(register)) {
            registers.set(register, value);
        }
    }
}
