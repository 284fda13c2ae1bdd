package dev.trampette.vmx;

/// The ways to write all VMX instructions with their error paths. Those without an output have no use for the stack
/// trampoline of VMREAD, see [VmreadDesign#STACK_TRAMPOLINE], and so it is not here.
public enum VmxDesign {

    /// "asm goto": failure and fault branch out of line, into the C function around.
    BRANCH_OUT(VmreadDesign.BRANCH_OUT),

    /// An ordinary C function around the instruction; its caller loses all volatile registers.
    FUNCTION(VmreadDesign.FUNCTION);

    private final VmreadDesign vmread;

    VmxDesign(VmreadDesign vmread) {
        this.vmread = vmread;
    }

    /// {@return the same design of VMREAD}
    public VmreadDesign vmread() {
        return vmread;
    }

    /// {@return the name in tables and in contracts: `branch-out`}
    public String label() {
        return vmread.label();
    }

    /// {@return the symbol of a call site of this design: `branch_out_vmread`}
    ///
    /// @param what which call site: `vmread`, `vmread_memory`, `vmwrite`
    public String callSite(String what) {
        return vmread.callSite(what);
    }

    @Override
    public String toString() {
        return label();
    }
}
