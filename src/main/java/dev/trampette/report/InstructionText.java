package dev.trampette.report;

import dev.trampette.contract.Contract;
import dev.trampette.report.Description.Line;
import dev.trampette.spec.Instruction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// An instruction in words. One without a text does not compile.
///
/// @param does what it is for
/// @param operands what it takes, and where
/// @param answer how it says what came of it
/// @param source the manual
public record InstructionText(String does, String operands, String answer, String source) {

    private static final String TDX = "TDX module specification; Intel TDX architecture extensions";
    private static final String SDM = "SDM volume 3C, VMX Instruction Reference";
    private static final String VMX_ANSWER = "CF = 1: there is no current VMCS. ZF = 1: it failed, and field 0x4400 "
            + "says why. Else success.";

    private static final String APM = "AMD64 APM volume 3, General-Purpose and System Instructions";
    private static final String HYPERCALL = "By the hypervisor: the number of the call in RAX or RCX, and its "
            + "arguments in registers.";
    private static final String HYPERCALL_ANSWER = "By the hypervisor, mostly in RAX.";
    private static final String ENTRY_ANSWER = "When the guest is left, the host goes on at HOST_RIP. CF or ZF = 1: it "
            + "was not entered, as for VMREAD.";

    /// The text of an instruction.
    public static InstructionText of(Instruction instruction) {
        return switch (instruction) {
            case TDCALL -> new InstructionText(
                    "A TD calls the TDX module. Leaf 0, TDG.VP.VMCALL, goes on to the VMM.",
                    "RAX is leaf and version, the other registers by leaf. Of TDG.VP.VMCALL, RCX is the mask of the "
                            + "registers that the VMM sees and may write.",
                    "Completion status in RAX; of TDG.VP.VMCALL also the VMM's status in R10.", TDX);
            case SEAMCALL -> new InstructionText(
                    "The host calls the TDX module.",
                    "RAX is leaf and version, the other registers by leaf.",
                    "Completion status in RAX. CF = 1: there is no module, and no register is written.", TDX);
            case VMREAD -> new InstructionText(
                    "Read a field of the current VMCS.",
                    "The encoding of the field in a register; the destination is a register or memory.",
                    VMX_ANSWER + " A failure writes no destination.", SDM);
            case VMWRITE -> new InstructionText(
                    "Write a field of the current VMCS.",
                    "The encoding of the field in a register; the value is in a register or in memory.",
                    VMX_ANSWER, SDM);
            case VMCLEAR -> new InstructionText(
                    "Write a VMCS back to memory; it is neither current nor launched then.",
                    "The physical address of the region, 8 bytes in memory.", VMX_ANSWER, SDM);
            case VMPTRLD -> new InstructionText(
                    "Make a VMCS the current one.",
                    "The physical address of the region, 8 bytes in memory.", VMX_ANSWER, SDM);
            case INVEPT -> new InstructionText(
                    "Invalidate translations that come from EPT.",
                    "The type in a register; the EPTP and 8 bytes of zero in memory.", VMX_ANSWER, SDM);
            case INVVPID -> new InstructionText(
                    "Invalidate translations by VPID.",
                    "The type in a register; the VPID, 6 bytes of zero and a linear address in memory.",
                    VMX_ANSWER, SDM);
            case SEAMRET -> new InstructionText(
                    "The TDX module returns to the host.",
                    "The registers that the host gets, by leaf.", "None: it does not come back.", TDX);
            case VMPTRST -> new InstructionText(
                    "Store the physical address of the current VMCS.",
                    "8 bytes in memory; all ones when there is no current VMCS.", "It always succeeds.", SDM);
            case VMCALL -> new InstructionText(
                    "A guest calls its hypervisor.", HYPERCALL, HYPERCALL_ANSWER, SDM);
            case VMMCALL -> new InstructionText(
                    "A guest calls its hypervisor.", HYPERCALL, HYPERCALL_ANSWER, APM);
            case VMGEXIT -> new InstructionText(
                    "An SEV-ES guest calls its hypervisor.",
                    "None: what is asked for is in the GHCB.", "In the GHCB.", APM);
            case VMLAUNCH -> new InstructionText(
                    "Enter the guest of the current VMCS, which must be clear.", "None: all is in the VMCS.",
                    ENTRY_ANSWER, SDM);
            case VMRESUME -> new InstructionText(
                    "Enter the guest of the current VMCS, which must be launched.", "None: all is in the VMCS.",
                    ENTRY_ANSWER, SDM);
            case VMXON -> new InstructionText(
                    "Begin VMX operation.", "The physical address of the VMXON region, 8 bytes in memory.", VMX_ANSWER,
                    SDM);
            case VMXOFF -> new InstructionText("End VMX operation.", "None.", VMX_ANSWER, SDM);
            case VMFUNC -> new InstructionText(
                    "A guest has its processor do something that needs no VM exit. Function 0 changes the EPT.",
                    "EAX is the function; of function 0, ECX is the number of an EPTP in a list.",
                    "None: what cannot be done is a VM exit.", SDM);
        };
    }

    /// The text as a description.
    ///
    /// @param callSites the wrappers that execute the instruction
    public static Description describe(Instruction instruction, List<Contract> callSites) {
        InstructionText text = of(instruction);
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("does", text.does));
        lines.add(new Line("bytes", instruction.encoding()));
        lines.add(new Line("operands", text.operands));
        lines.add(new Line("answer", text.answer));
        callSites.stream().collect(Collectors.groupingBy(Contract::design, LinkedHashMap::new, Collectors.counting()))
                .forEach((design, number) -> lines.add(new Line("wrappers", "%s of design %s".formatted(number,
                        design))));
        lines.add(new Line("source", text.source));
        return new Description(instruction.name(), "instruction that a shim answers here", lines);
    }
}
