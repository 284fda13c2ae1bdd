package dev.trampette.vmx;

import java.util.Locale;

/// The ways to write VMREAD with its error path. Each design is a file of `src/main/asm/vmx`.
public enum VmreadDesign {

    /// Inline VMREAD; on failure a trampoline that takes its parameters on the stack and preserves all registers.
    STACK_TRAMPOLINE,

    /// "asm goto with outputs": failure and fault branch out of line, into the C function around.
    BRANCH_OUT,

    /// An ordinary C function around VMREAD; its caller loses all volatile registers.
    FUNCTION;

    /// {@return the name in tables and in contracts: `stack-trampoline`}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return the design with a label}
    ///
    /// @param label as [#label] has it; case does not count
    /// @throws IllegalArgumentException when there is none
    public static VmreadDesign labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// {@return the symbol of a call site of this design: `branch_out_vmread`}
    ///
    /// @param what which call site: `vmread`, `vmread_memory`, or `vmread_8` for the sequence that is measured
    public String callSite(String what) {
        return name().toLowerCase(Locale.ROOT) + "_" + what;
    }

    @Override
    public String toString() {
        return label();
    }
}
