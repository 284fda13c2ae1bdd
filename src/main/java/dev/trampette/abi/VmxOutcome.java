package dev.trampette.abi;

import dev.trampette.call.Reply;
import dev.trampette.shim.Registers;
import java.util.Locale;

/// What a VMX instruction can do.
enum VmxOutcome {
    SUCCESS, VMFAIL_INVALID, VMFAIL_VALID, UD, GP;

    boolean isFault() {
        return this == UD || this == GP;
    }

    /// The flags or the fault.
    void script(Reply reply) {
        switch (this) {
            case SUCCESS -> reply.flags(0);
            case VMFAIL_INVALID -> reply.flags(Registers.CF);
            case VMFAIL_VALID -> reply.flags(Registers.ZF);
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
        }
    }

    /// The name in reports: `vmfail-invalid`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
