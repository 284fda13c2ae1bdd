package dev.trampette.vmx;

/// Why a VMREAD gave no value, as its wrapper told the C error handler.
///
/// @param field the encoding that failed
/// @param fault whether VMREAD faulted; otherwise it failed with CF (no current VMCS) or ZF (see the VM-instruction
///         error of the VMCS)
public record VmreadError(long field, boolean fault) {

    @Override
    public String toString() {
        return "VMREAD %s, field 0x%x".formatted(fault ? "faulted" : "failed", field);
    }
}
