package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.R10;
import static dev.trampette.spec.Gpr.R8;
import static dev.trampette.spec.Gpr.R9;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RDX;

import dev.trampette.shim.Registers;

/// What TDG.VP.VEINFO.GET tells about a virtualization exception, #VE (TDX module specification, TDG.VP.VEINFO.GET).
///
/// @param exitReason RCX: the VMX exit reason, in bits 31:0
/// @param exitQualification RDX: what the exit reason leaves open (SDM volume 3C, "Basic VM-Exit Information")
/// @param gla R8: guest linear address
/// @param gpa R9: guest physical address
/// @param instructionLength R10, bits 31:0
/// @param instructionInformation R10, bits 63:32
public record VeInfo(
        int exitReason,
        long exitQualification,
        long gla,
        long gpa,
        int instructionLength,
        int instructionInformation) {

    /// What the registers hold when there is none.
    static final VeInfo NONE = new VeInfo(0, 0, 0, 0, 0, 0);

    void write(Registers registers) {
        registers.set(RCX, Integer.toUnsignedLong(exitReason));
        registers.set(RDX, exitQualification);
        registers.set(R8, gla);
        registers.set(R9, gpa);
        registers.set(R10, (long) instructionInformation << 32 | Integer.toUnsignedLong(instructionLength));
    }
}
