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
