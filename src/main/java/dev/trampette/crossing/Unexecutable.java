package dev.trampette.crossing;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// An instruction that no process can execute, by its bytes (SDM volume 2, appendix A; AMD64 APM volume 3).
///
/// @param name as an assembler has it
/// @param group whose it is
/// @param isAnswered whether a shim answers it, or the bridge of traps does
/// @param prefix the mandatory prefix, or 0
/// @param opcode its first bytes
/// @param reg `/n` or `=n`: ModRM.reg when the operand is memory, or a register; or empty
public record Unexecutable(String name, Group group, boolean isAnswered, int prefix, byte[] opcode, String reg) {

    /// Whose it is.
    public enum Group {
        /// TDX, VMX and SVM: their wrappers are what the project is for.
        UNDER_TEST,
        /// It needs CPL 0, or I/O rights.
        PRIVILEGED,
        /// It enters the system that runs here.
        SYSTEM_CALL
    }

    /// Name, group (T, P, S; V and U are T and P that nobody answers), mandatory prefix or -, opcode, reg. What has a
    /// prefix comes first.
    private static final String NAMES = """
            TDCALL    T 66 0f01cc
            SEAMCALL  T 66 0f01cf
            SEAMOPS   V 66 0f01ce
            SEAMRET   T 66 0f01cd
            INVEPT    T 66 0f3880
            INVVPID   T 66 0f3881
            VMCLEAR   T 66 0fc7 /6
            VMXON     T f3 0fc7 /6
            VMPTRLD   T -  0fc7 /6
            VMPTRST   T -  0fc7 /7
            VMREAD    T -  0f78
            VMWRITE   T -  0f79
            VMGEXIT   T f3 0f01d9
            PVALIDATE T f2 0f01ff
            RMPADJUST T f3 0f01fe
            VMCALL    T -  0f01c1
            VMLAUNCH  T -  0f01c2
            VMRESUME  T -  0f01c3
            VMXOFF    T -  0f01c4
            VMFUNC    T -  0f01d4
            VMRUN     V -  0f01d8
            VMMCALL   T -  0f01d9
            VMLOAD    V -  0f01da
            VMSAVE    V -  0f01db
            STGI      V -  0f01dc
            CLGI      V -  0f01dd
            INVLPGA   U -  0f01df
            MONITOR   P -  0f01c8
            MWAIT     P -  0f01c9
            CLAC      P -  0f01ca
            STAC      P -  0f01cb
            ENCLS     U -  0f01cf
            XSETBV    P -  0f01d1
            SWAPGS    P -  0f01f8
            LGDT      P -  0f01 /2
            LIDT      P -  0f01 /3
            LMSW      P -  0f01 /6
            LMSW      P -  0f01 =6
            INVLPG    P -  0f01 /7
            LLDT      P -  0f00 /2
            LLDT      P -  0f00 =2
            LTR       P -  0f00 /3
            LTR       P -  0f00 =3
            CLTS      P -  0f06
            SYSCALL   S -  0f05
            SYSRET    U -  0f07
            INVD      P -  0f08
            WBINVD    P -  0f09
            MOV_CR    P -  0f20
            MOV_DR    P -  0f21
            MOV_CR    P -  0f22
            MOV_DR    P -  0f23
            WRMSR     P -  0f30
            RDMSR     P -  0f32
            RDPMC     P -  0f33
            SYSENTER  S -  0f34
            SYSEXIT   U -  0f35
            INVPCID   P 66 0f3882
            INS       U -  6c
            INS       U -  6d
            OUTS      U -  6e
            OUTS      U -  6f
            INT       P -  cd
            IRET      P -  cf
            IN        P -  e4
            IN        P -  e5
            OUT       P -  e6
            OUT       P -  e7
            IN        P -  ec
            IN        P -  ed
            OUT       P -  ee
            OUT       P -  ef
            HLT       P -  f4
            CLI       P -  fa
            STI       P -  fb
            """;

    private static final List<Unexecutable> ALL = NAMES.lines().map(Unexecutable::of).toList();

    /// The one that these bytes are, of a group.
    static Optional<Unexecutable> of(MachineInstruction instruction, Group group) {
        return ALL.stream().filter(one -> one.is(instruction)).findFirst().filter(one -> one.group == group);
    }

    /// All of them.
    public static List<Unexecutable> all() {
        return ALL;
    }

    private static Unexecutable of(String line) {
        String[] words = line.split("\\s+");
        return new Unexecutable(words[0].replace('_', ' '), Group.values()["TPSVU".indexOf(words[1]) % 3],
                "TP".contains(words[1]),
                words[2].equals("-") ? 0 : Integer.parseInt(words[2], 16), HexFormat.of().parseHex(words[3]),
                words.length > 4 ? words[4] : "");
    }

    /// Whether these bytes are it.
    public boolean is(MachineInstruction instruction) {
        if (prefix != 0 && !instruction.prefixes().contains(prefix) || !instruction.begins(opcode)) {
            return false;
        }
        if (reg.isEmpty()) {
            return true;
        }
        byte[] bytes = instruction.opcode();
        int modrm = bytes.length > opcode.length ? bytes[opcode.length] & 0xff : -1;
        return modrm >= 0 && modrm >> 6 == 3 == reg.startsWith("=") && (modrm >> 3 & 7) == reg.charAt(1) - '0';
    }
}
