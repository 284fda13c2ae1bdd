package dev.trampette.verify.kinds;

import dev.trampette.contract.Effect;
import dev.trampette.probe.Reply;
import dev.trampette.shim.Registers;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What a VMX instruction can do.
enum VmxOutcome {
    SUCCESS, VMFAIL_INVALID, VMFAIL_VALID, UD, GP;

    /// Those that are tried.
    static List<VmxOutcome> all(Effect effect) {
        return Stream.of(values()).filter(outcome -> effect.faults() || !outcome.isFault()).toList();
    }

    boolean isFault() {
        return this == UD || this == GP;
    }

    /// What is returned.
    ///
    /// @param success on success
    /// @param otherwise when it does not succeed and the contract says nothing else
    long result(Effect.Failure failure, long success, long otherwise) {
        return switch (this) {
            case SUCCESS -> success;
            case VMFAIL_INVALID -> failure.invalid().orElse(otherwise);
            case VMFAIL_VALID -> failure.valid().orElse(otherwise);
            case UD, GP -> failure.fault().orElse(otherwise);
        };
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
