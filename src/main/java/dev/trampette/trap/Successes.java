package dev.trampette.trap;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.trampette.shim.TrapSite;
import dev.trampette.spec.Instruction;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Puts a success that does nothing into the place of each instruction of ours, as long as the instruction: what is
/// left is the routine around it, and it runs as fast as a process can run it.
public final class Successes {

    /// RAX = 0: TDCALL and SEAMCALL succeeded, and so did a hypercall.
    private static final byte[] XOR_EAX_EAX = {0x31, (byte) 0xc0};
    /// CF = ZF = 0, for RSP is never 0: VMsucceed.
    private static final byte[] TEST_RSP_RSP = {0x48, (byte) 0x85, (byte) 0xe4};
    private static final byte[] NOTHING = {};

    /// NOPs of one to nine bytes (SDM volume 2, "NOP").
    private static final byte[][] NOPS = {
        {},
        {(byte) 0x90},
        {0x66, (byte) 0x90},
        {0x0f, 0x1f, 0x00},
        {0x0f, 0x1f, 0x40, 0x00},
        {0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00},
        {0x0f, 0x1f, (byte) 0x80, 0x00, 0x00, 0x00, 0x00},
        {0x0f, 0x1f, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
        {0x66, 0x0f, 0x1f, (byte) 0x84, 0x00, 0x00, 0x00, 0x00, 0x00},
    };

    private Successes() {
    }

    /// Whether there is such a success: behind a VM entry that succeeds somebody else's code runs.
    public static boolean exists(Instruction instruction) {
        return !instruction.isEntry() && instruction != Instruction.SEAMRET;
    }

    /// Put them in.
    ///
    /// @param code a copy, at the address for which the sites were found
    /// @param address that address; the copy itself may be elsewhere
    public static void replace(List<TrapSite> sites, MemorySegment code, long address) {
        for (TrapSite site : sites) {
            if (exists(site.instruction())) {
                byte[] bytes = bytes(site);
                MemorySegment.copy(bytes, 0, code, JAVA_BYTE, site.address() - address, bytes.length);
            }
        }
    }

    /// The bytes that stand for an instruction.
    static byte[] bytes(TrapSite site) {
        byte[] bytes = new byte[site.length()];
        byte[] success = switch (site.instruction()) {
            case TDCALL, SEAMCALL, VMCALL, VMMCALL, VMGEXIT -> XOR_EAX_EAX;
            case VMFUNC -> NOTHING;
            default -> TEST_RSP_RSP;
        };
        System.arraycopy(success, 0, bytes, 0, success.length);
        int at = success.length;
        while (at < bytes.length) {
            byte[] nop = NOPS[Math.min(bytes.length - at, NOPS.length - 1)];
            System.arraycopy(nop, 0, bytes, at, nop.length);
            at += nop.length;
        }
        return bytes;
    }
}
