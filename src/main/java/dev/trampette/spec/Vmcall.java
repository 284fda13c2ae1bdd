package dev.trampette.spec;

/// The sub-functions of TDG.VP.VMCALL: the number in R11 (GHCI, "TDG.VP.VMCALL").
///
/// Those below 0x10000 are VMX exit reasons: the instruction that the guest could not execute itself.
public final class Vmcall {

    /// Instruction.CPUID.
    public static final long CPUID = 0xa;
    /// Instruction.HLT.
    public static final long HLT = 0xc;
    /// Instruction.RDMSR.
    public static final long RDMSR = 0x1f;
    /// Instruction.WRMSR.
    public static final long WRMSR = 0x20;
    /// #VE.RequestMMIO.
    public static final long REQUEST_MMIO = 0x30;
    /// MapGPA.
    public static final long MAP_GPA = 0x10001;
    /// ReportFatalError.
    public static final long REPORT_FATAL_ERROR = 0x10003;

    private Vmcall() {
    }
}
