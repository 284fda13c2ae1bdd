package dev.trampette.abi;

import dev.trampette.call.Reply;
import dev.trampette.shim.Registers;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// What the VMX instructions of a case do: all the same, or each its own.
enum VmxOutcome {
    SUCCESS, VMFAIL_INVALID, VMFAIL_VALID, UD, GP, MIXED;

    /// What one instruction can do.
    static final List<VmxOutcome> SINGLE = List.of(SUCCESS, VMFAIL_INVALID, VMFAIL_VALID, UD, GP);

    boolean isFault() {
        return this == UD || this == GP;
    }

    /// What the next instruction does.
    VmxOutcome choose(RandomGenerator random) {
        return this == MIXED ? SINGLE.get(random.nextInt(SINGLE.size())) : this;
    }

    /// The flags or the fault.
    void script(Reply reply) {
        switch (this) {
            case SUCCESS -> reply.flags(0);
            case VMFAIL_INVALID -> reply.flags(Registers.CF);
            case VMFAIL_VALID -> reply.flags(Registers.ZF);
            case UD -> reply.fault(Registers.UD);
            case GP -> reply.fault(Registers.GP);
            case MIXED -> throw new IllegalStateException("choose() first");
        }
    }

    /// The name in reports: `vmfail-invalid`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
