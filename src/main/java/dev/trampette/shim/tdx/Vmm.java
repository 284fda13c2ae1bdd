package dev.trampette.shim.tdx;

/// Who receives TDG.VP.VMCALL: the virtual machine monitor, which a TD does not trust.
@FunctionalInterface
public interface Vmm {

    /// Answer one hypercall: R10 = 0 and R11 = sub-function come in, R10 = status and the outputs go back.
    ///
    /// @param registers a view that dies with this call; to use it later reads and writes memory of something else
    void vmcall(ExposedRegisters registers);

    /// {@return the memory of the TD, when this VMM has it; else new memory, that only the TD has} [TdxModule] asks
    /// once.
    default GuestMemory memory() {
        return new GuestMemory();
    }
}
