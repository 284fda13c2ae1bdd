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

    /// The name in tables and in contracts: `stack-trampoline`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The design with a label.
    ///
    /// @throws IllegalArgumentException when there is none
    public static VmreadDesign labelled(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /// The symbol of a call site of this design: `vmread`, or `vmread_8` for the sequence that is measured.
    public String callSite(String what) {
        return name().toLowerCase(Locale.ROOT) + "_" + what;
    }

    @Override
    public String toString() {
        return label();
    }
}
