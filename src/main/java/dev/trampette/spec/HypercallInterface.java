package dev.trampette.spec;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RBX;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDI;
import static dev.trampette.spec.Gpr.RDX;
import static dev.trampette.spec.Gpr.RSI;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which registers carry what at VMCALL, VMMCALL or VMGEXIT: that is no matter of the processor's, but of the
/// hypervisor's.
public enum HypercallInterface {
    /// Linux, Documentation/virt/kvm/x86/hypercalls.rst: all registers but RAX come back as they were.
    KVM(RAX, List.of(RBX, RCX, RDX, RSI), List.of(RAX), Set.of(), false),
    /// Xen, public/arch-x86/xen-x86_64.h: the registers of the arguments that a hypercall has are clobbered.
    XEN(RAX, List.of(RDI, RSI, RDX, R10, R8, R9), List.of(RAX), Set.of(), true),
    /// TLFS, "Hypercall Inputs" and "Hypercall Outputs": the control in RCX, which a rep hypercall changes; addresses
    /// in RDX and R8, or values of a fast hypercall, whose outputs come back there. Those in XMM0 to XMM5 are left out.
    HYPER_V(RCX, List.of(RDX, R8), List.of(RAX), EnumSet.of(RCX, RDX, R8), false),
    /// Linux, arch/x86/include/asm/vmware.h: the magic number in RAX, the command in RCX; all registers go in and come
    /// back, RBP where a call has an argument in it.
    VMWARE(RAX, List.of(RBX, RCX, RDX, RSI, RDI, RBP), List.of(RAX, RBX, RCX, RDX, RSI, RDI), Set.of(), true),
    /// GHCB specification, 56421: what is said is in the GHCB or in its MSR. All registers are the guest's own.
    GHCB(null, List.of(), List.of(), Set.of(), false);

    /// In RAX where the hypervisor is VMware's.
    public static final long VMWARE_MAGIC = 0x564D5868L;

    private final Optional<Gpr> number;
    private final List<Gpr> arguments;
    private final List<Gpr> results;
    private final Set<Gpr> lost;
    private final boolean losesArguments;

    HypercallInterface(Gpr number, List<Gpr> arguments, List<Gpr> results, Set<Gpr> lost,
            boolean losesArguments) {
        this.number = Optional.ofNullable(number);
        this.arguments = arguments;
        this.results = results;
        this.lost = lost;
        this.losesArguments = losesArguments;
    }

    /// {@return the register that says which hypercall it is; empty where nothing does, for the GHCB}
    public Optional<Gpr> number() {
        return number;
    }

    /// {@return the registers of the arguments, in order}
    public List<Gpr> arguments() {
        return arguments;
    }

    /// {@return the registers in which something comes back, the status or the result first; none for the GHCB}
    public List<Gpr> results() {
        return results;
    }

    /// {@return the registers that the hypervisor may write beyond the results}
    ///
    /// @param used the registers of the arguments that this hypercall has
    public Set<Gpr> lost(Set<Gpr> used) {
        Set<Gpr> all = EnumSet.noneOf(Gpr.class);
        all.addAll(lost);
        if (losesArguments) {
            arguments.stream().filter(used::contains).forEach(all::add);
        }
        return all;
    }

    /// {@return the name in contracts: `hyper-v`}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return all labels with commas between them, for messages}
    public static String labels() {
        return Arrays.stream(values()).map(HypercallInterface::label).collect(Collectors.joining(", "));
    }
}
