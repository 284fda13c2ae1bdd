package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RSP;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;

/// The TDX module as a TD sees it: TDCALL, and so far its one leaf TDG.VP.VMCALL.
///
/// What it checks, and what it lets through (TDX module 1.5, TDG.VP.VMCALL):
///
/// - RAX bits 15:0 are the leaf, 23:16 the version, 63:24 reserved. A leaf or version that does not exist, or a
///   reserved bit, gives OPERAND_INVALID with operand RAX.
/// - RCX bits 15:0 select registers, 31:16 XMM registers, 63:32 are reserved. RAX, RCX and RSP cannot be selected,
///   nor RBP on a TD with NO_RBP_MOD: OPERAND_INVALID with operand RCX, and the VMM is not reached.
/// - The VMM sees 0 in what is not selected, and what it writes there is lost.
/// - RAX is 0 when the VMM was reached; RCX keeps the mask.
///
/// @param vmm who answers the hypercalls
/// @param noRbpMod CONFIG_FLAGS.NO_RBP_MOD of the TD: whether selecting RBP is an error, as Linux has it
public record TdxModule(Vmm vmm, boolean noRbpMod) implements Shim {

    private static final long RESERVED_MASK_BITS = 0xffffffff00000000L;

    /// A TD with NO_RBP_MOD.
    public TdxModule(Vmm vmm) {
        this(vmm, true);
    }

    @Override
    public void execute(Registers registers) {
        if (registers.instruction() != Instruction.TDCALL) {
            registers.fault(Registers.UD);
            return;
        }
        registers.set(RAX, tdcall(registers));
    }

    private long tdcall(Registers registers) {
        if (registers.get(RAX) != 0) {
            return invalidOperand(RAX);
        }
        long mask = registers.get(RCX);
        if ((mask & illegalMaskBits()) != 0) {
            return invalidOperand(RCX);
        }
        vmm.vmcall(new ExposedRegisters(registers, mask));
        return CompletionStatus.SUCCESS.code();
    }

    private long illegalMaskBits() {
        return RESERVED_MASK_BITS | RAX.maskBit() | RCX.maskBit() | RSP.maskBit() | (noRbpMod ? RBP.maskBit() : 0);
    }

    private static long invalidOperand(Gpr operand) {
        return CompletionStatus.OPERAND_INVALID.with(operand).code();
    }
}
