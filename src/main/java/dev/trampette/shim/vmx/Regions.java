package dev.trampette.shim.vmx;

import dev.trampette.spec.VmInstructionError;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The physical memory of a [VmxUnit], as far as VMCS regions go, and the two pointers into it that a processor has
/// (SDM volume 3C, "Overview" of the VMCS, and "VMXON").
final class Regions {

    private static final long PAGE = 0xfff;

    private final Map<Long, VmcsRegion> memory = new HashMap<>();
    private Long vmxonPointer;
    private VmcsRegion current;

    /// Enter VMX operation: no VMCS is current.
    void vmxon(long pointer) {
        vmxonPointer = pointer;
        current = null;
    }

    /// Whether VMX operation can begin with a region.
    ///
    /// @param width the bits of a physical address
    boolean acceptsVmxon(long pointer, int width) {
        return isPage(pointer, width) && region(pointer).revision() == VmxUnit.REVISION;
    }

    /// Leave VMX operation.
    void vmxoff() {
        vmxonPointer = null;
        current = null;
    }

    boolean inVmxOperation() {
        return vmxonPointer != null;
    }

    Optional<VmcsRegion> current() {
        return Optional.ofNullable(current);
    }

    void current(VmcsRegion region) {
        current = region;
    }

    /// The region at an address. Memory that nobody wrote yet is 0.
    VmcsRegion region(long address) {
        return memory.computeIfAbsent(address, VmcsRegion::new);
    }

    /// VMCLEAR (SDM volume 3C, "VMCLEAR"): the address of a page, or VMfail(2); not the VMXON pointer, or VMfail(3).
    /// The VMCS becomes `clear`, and is not current any more. Its fields keep their values, on which software may not
    /// rely.
    ///
    /// @param width the bits of a physical address
    Optional<VmInstructionError> vmclear(long address, int width) {
        if (!isPage(address, width)) {
            return Optional.of(VmInstructionError.VMCLEAR_INVALID_ADDRESS);
        }
        if (vmxonPointer == address) {
            return Optional.of(VmInstructionError.VMCLEAR_VMXON_POINTER);
        }
        region(address).launched(false);
        if (current().filter(region -> region.address() == address).isPresent()) {
            current = null;
        }
        return Optional.empty();
    }

    /// VMPTRLD (SDM volume 3C, "VMPTRLD"): the address of a page, or VMfail(9); not the VMXON pointer, or VMfail(10);
    /// a region that holds this processor's revision identifier, or VMfail(11). There are no shadow VMCSs: bit 31 of
    /// the identifier must be 0.
    ///
    /// @param width the bits of a physical address
    Optional<VmInstructionError> vmptrld(long address, int width) {
        if (!isPage(address, width)) {
            return Optional.of(VmInstructionError.VMPTRLD_INVALID_ADDRESS);
        }
        if (vmxonPointer == address) {
            return Optional.of(VmInstructionError.VMPTRLD_VMXON_POINTER);
        }
        if (region(address).revision() != VmxUnit.REVISION) {
            return Optional.of(VmInstructionError.VMPTRLD_WRONG_REVISION);
        }
        current = region(address);
        return Optional.empty();
    }

    private static boolean isPage(long address, int width) {
        return (address & PAGE) == 0 && address >>> width == 0;
    }
}
