package dev.trampette.shim.tdx;

import static dev.trampette.spec.Gpr.RAX;
import static dev.trampette.spec.Gpr.RBP;
import static dev.trampette.spec.Gpr.RCX;
import static dev.trampette.spec.Gpr.RSP;

import dev.trampette.shim.Registers;
import dev.trampette.shim.Shim;
import dev.trampette.spec.CompletionStatus;
import dev.trampette.spec.Family;
import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Tdg;
import java.util.Map;

/// The TDX module as a TD sees it: TDCALL, for a TD with one VCPU that any thread may be.
///
/// RAX bits 15:0 are the leaf, 23:16 the version, 63:24 reserved. A leaf or version that is not in the table, or a
/// reserved bit, gives OPERAND_INVALID with operand RAX. A leaf writes RAX and its outputs; all else stays.
///
/// TDG.VP.VMCALL reaches the VMM (TDX module specification, TDG.VP.VMCALL):
///
/// - RCX bits 15:0 select registers, 31:16 XMM registers, 63:32 are reserved. RAX, RCX and RSP cannot be selected,
///   nor RBP on a TD with NO_RBP_MOD: OPERAND_INVALID with operand RCX, and the VMM is not reached.
/// - The VMM sees 0 in what is not selected, and what it writes there is lost.
/// - RAX is 0 when the VMM was reached; RCX keeps the mask.
///
/// These have state: TDG.VP.INFO, VEINFO.GET and CPUIDVE.SET in [Vcpu], TDG.MR.* in [Measurements],
/// TDG.MEM.PAGE.ACCEPT and ATTR.* in [PrivatePages], RD and WR of TDG.VM, VP and SYS in [MetadataFields]. The others,
/// and those that a test gives an answer with [#script], answer by the table.
public final class TdxModule implements Shim {

    private static final long RESERVED_MASK_BITS = 0xffffffff00000000L;

    private final Vmm vmm;
    private final long illegalMaskBits;
    private final LeafScript script = new LeafScript(Family.TDG);
    private final Vcpu vcpu = new Vcpu();
    private final GuestMemory memory;
    private final Measurements measurements;
    private final PrivatePages pages;
    private final MetadataFields tdFields = new MetadataFields(true);
    private final MetadataFields vcpuFields = new MetadataFields(true);
    private final MetadataFields systemFields = new MetadataFields(false);

    /// A TD with NO_RBP_MOD. Its memory is that of its VMM.
    ///
    /// @param vmm who answers the hypercalls
    public TdxModule(Vmm vmm) {
        this(vmm, true);
    }

    /// A TD. Its memory is that of its VMM.
    ///
    /// @param vmm who answers the hypercalls
    /// @param noRbpMod CONFIG_FLAGS.NO_RBP_MOD of the TD: whether selecting RBP is an error, as Linux has it
    public TdxModule(Vmm vmm, boolean noRbpMod) {
        this.vmm = vmm;
        this.memory = vmm.memory();
        this.illegalMaskBits = RESERVED_MASK_BITS | RAX.maskBit() | RCX.maskBit() | RSP.maskBit()
                | (noRbpMod ? RBP.maskBit() : 0);
        this.measurements = new Measurements(memory);
        this.pages = new PrivatePages(memory);
    }

    /// Answer a leaf so from now on.
    ///
    /// @param leaf number and version, such as [Tdg#VP_ENTER]
    /// @param status RAX of the answer
    /// @param outputs what the leaf writes on it; outputs that are not named are 0, except the UUID of TDG.SERVTD.RD
    ///        and WR and RDX of TDG.VP.INVGLA, which keep what the TD put there
    /// @return this
    /// @throws IllegalArgumentException when there is no such leaf, a register is no output of it, or it is
    ///         TDG.VP.VMCALL, which the VMM answers
    public TdxModule script(long leaf, CompletionStatus status, Map<Gpr, Long> outputs) {
        script.always(notVmcall(leaf), status, outputs);
        return this;
    }

    /// Answer the next calls of a leaf so, and then as before: OPERAND_BUSY three times, for example.
    ///
    /// @param leaf number and version, such as [Tdg#VP_ENTER]
    /// @param times how often, 1 or more
    /// @param status RAX of the answer
    /// @param outputs what the leaf writes on it, as with [#script]
    /// @return this
    /// @throws IllegalArgumentException when there is no such leaf, a register is no output of it, `times` is less than
    ///         1, or it is TDG.VP.VMCALL, which the VMM answers
    public TdxModule scriptNext(long leaf, int times, CompletionStatus status, Map<Gpr, Long> outputs) {
        script.next(notVmcall(leaf), times, status, outputs);
        return this;
    }

    private static long notVmcall(long leaf) {
        if (leaf == Tdg.VP_VMCALL) {
            throw new IllegalArgumentException("the VMM answers TDG.VP.VMCALL, leaf=0");
        }
        return leaf;
    }

    /// {@return the VCPU that asks}
    public Vcpu vcpu() {
        return vcpu;
    }

    /// {@return the measurements of the TD}
    public Measurements measurements() {
        return measurements;
    }

    /// {@return the private pages of the TD}
    public PrivatePages pages() {
        return pages;
    }

    /// {@return the memory of the TD, which is that of its VMM}
    public GuestMemory memory() {
        return memory;
    }

    /// {@return the metadata fields of the TD: TDG.VM.RD, TDG.VM.WR} There are none in a new module.
    public MetadataFields tdFields() {
        return tdFields;
    }

    /// {@return the metadata fields of the VCPU: TDG.VP.RD, TDG.VP.WR} There are none in a new module.
    public MetadataFields vcpuFields() {
        return vcpuFields;
    }

    /// {@return the metadata fields of the module: TDG.SYS.RD, TDG.SYS.RDALL} There are none in a new module.
    public MetadataFields systemFields() {
        return systemFields;
    }

    @Override
    public void execute(Registers registers) {
        if (registers.instruction() != Instruction.TDCALL) {
            registers.fault(Registers.UD);
        } else if (registers.get(RAX) == Tdg.VP_VMCALL) {
            registers.set(RAX, vmcall(registers));
        } else {
            registers.set(RAX, leaf(registers, registers.get(RAX)).code());
        }
    }

    private long vmcall(Registers registers) {
        long mask = registers.get(RCX);
        if ((mask & illegalMaskBits) != 0) {
            return CompletionStatus.OPERAND_INVALID.with(RCX).code();
        }
        vmm.vmcall(new ExposedRegisters(registers, mask));
        return CompletionStatus.SUCCESS.code();
    }

    private CompletionStatus leaf(Registers registers, long leaf) {
        if (!script.has(leaf)) {
            return CompletionStatus.OPERAND_INVALID.with(RAX);
        }
        CompletionStatus scripted = script.scripted(registers, leaf);
        if (scripted != null) {
            // A guest never hears of the host's priority (TDX module, td_dispatcher).
            return scripted.is(CompletionStatus.OPERAND_BUSY_HOST_PRIORITY)
                    ? CompletionStatus.OPERAND_BUSY.with(scripted.details()) : scripted;
        }
        return switch ((int) leaf) {
            case (int) Tdg.VP_INFO -> vcpu.info(registers, measurements.attributes());
            case (int) Tdg.VP_VEINFO_GET -> vcpu.takeException(registers);
            case (int) Tdg.VP_CPUIDVE_SET -> vcpu.setCpuidVe(registers);
            case (int) Tdg.MR_RTMR_EXTEND -> measurements.extend(registers);
            case (int) Tdg.MR_REPORT -> measurements.report(registers);
            case (int) Tdg.MR_VERIFYREPORT -> measurements.verify(registers);
            case (int) Tdg.MEM_PAGE_ACCEPT -> pages.accept(registers);
            case (int) Tdg.MEM_PAGE_ATTR_RD -> pages.readAttributes(registers);
            case (int) Tdg.MEM_PAGE_ATTR_WR -> pages.writeAttributes(registers);
            case (int) Tdg.VM_RD -> tdFields.read(registers, false);
            case (int) Tdg.VM_RD_VERSION_1 -> tdFields.read(registers, true);
            case (int) Tdg.VM_WR -> tdFields.write(registers);
            case (int) Tdg.VP_RD -> vcpuFields.read(registers, true);
            case (int) Tdg.VP_WR -> vcpuFields.write(registers);
            case (int) Tdg.SYS_RD -> systemFields.read(registers, true);
            case (int) Tdg.SYS_RDALL -> systemFields.readAll(registers, memory);
            default -> script.byTable(registers, leaf);
        };
    }
}
