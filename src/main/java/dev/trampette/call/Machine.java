package dev.trampette.call;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A machine instruction that faulted, as far as that says why: its name when it is of those that a process cannot
/// execute, and where its operand in memory is.
///
/// @param prefixes the legacy prefixes
/// @param rex the REX prefix, or what VEX and EVEX have in its place
/// @param vector bytes of the vector that VEX or EVEX says, or 0
/// @param isScaled whether an 8-bit displacement counts vectors: EVEX
/// @param opcode from the first byte that is no prefix, ModRM and what follows included
/// @param map 1 for one byte, 2 for 0F, 3 for 0F 38 and 0F 3A
record Machine(List<Integer> prefixes, int rex, int vector, boolean isScaled, byte[] opcode, int map) {

    /// The most bytes that an instruction has.
    static final int LONGEST = 15;

    /// What it is for: executed by firmware, kernels and hypervisors.
    enum Group {
        /// TDX and VMX, whose wrappers the project is for.
        UNDER_TEST,
        /// Needs CPL 0, or I/O rights.
        PRIVILEGED
    }

    /// Name, group, mandatory prefix or -, opcode in hexadecimal, and /reg for memory or =reg for a register (SDM
    /// volume 2, appendix A; AMD64 APM volume 3).
    private static final String NAMES = """
            TDCALL    T 66 0f01cc
            SEAMCALL  T 66 0f01cf
            SEAMOPS   T 66 0f01ce
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
            VMRUN     T -  0f01d8
            VMMCALL   T -  0f01d9
            VMLOAD    T -  0f01da
            VMSAVE    T -  0f01db
            STGI      T -  0f01dc
            CLGI      T -  0f01dd
            INVLPGA   P -  0f01df
            MONITOR   P -  0f01c8
            MWAIT     P -  0f01c9
            CLAC      P -  0f01ca
            STAC      P -  0f01cb
            ENCLS     P -  0f01cf
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
            SYSRET    P -  0f07
            INVD      P -  0f08
            WBINVD    P -  0f09
            MOV_CR    P -  0f20
            MOV_DR    P -  0f21
            MOV_CR    P -  0f22
            MOV_DR    P -  0f23
            WRMSR     P -  0f30
            RDMSR     P -  0f32
            RDPMC     P -  0f33
            SYSEXIT   P -  0f35
            INVPCID   P 66 0f3882
            INS       P -  6c
            INS       P -  6d
            OUTS      P -  6e
            OUTS      P -  6f
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

    /// A line of the table.
    private record Named(String name, Group group, int prefix, byte[] bytes, String reg) {

        static Named of(String line) {
            String[] words = line.split("\\s+");
            return new Named(words[0].replace('_', ' '), words[1].equals("T") ? Group.UNDER_TEST : Group.PRIVILEGED,
                    words[2].equals("-") ? 0 : Integer.parseInt(words[2], 16), HexFormat.of().parseHex(words[3]),
                    words.length > 4 ? words[4] : "");
        }

        boolean matches(Machine machine) {
            byte[] opcode = machine.opcode();
            if (prefix != 0 && !machine.prefixes().contains(prefix) || opcode.length < bytes.length
                    || machine.vector() != 0) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (opcode[i] != bytes[i]) {
                    return false;
                }
            }
            if (reg.isEmpty()) {
                return true;
            }
            int modrm = opcode.length > bytes.length ? opcode[bytes.length] & 0xff : -1;
            return modrm >= 0 && modrm >> 6 == 3 == reg.startsWith("=") && (modrm >> 3 & 7) == reg.charAt(1) - '0';
        }
    }

    private static final List<Named> NAMED = NAMES.lines().map(Named::of).toList();

    private static final List<Integer> PREFIXES = List.of(0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64,
            0x65);
    private static final int FS = 0x64;
    private static final int GS = 0x65;
    /// A bit for each one-byte opcode that has a ModRM, 16 for a row of the opcode map.
    private static final int[] HAS_MODRM = {0x0f0f, 0x0f0f, 0x0f0f, 0x0f0f, 0, 0, 0x0a08, 0, 0xffff, 0, 0, 0, 0x00c3,
        0xff0f, 0, 0xc0c0};

    /// Take it apart.
    ///
    /// @param code from its first byte
    static Machine of(ByteBuffer code) {
        List<Integer> prefixes = new ArrayList<>();
        ByteBuffer bytes = code.duplicate();
        int rex = 0;
        while (bytes.hasRemaining() && PREFIXES.contains(bytes.get(bytes.position()) & 0xff)) {
            prefixes.add(bytes.get() & 0xff);
        }
        if (bytes.hasRemaining() && (bytes.get(bytes.position()) & 0xf0) == 0x40) {
            rex = bytes.get() & 0xf;
        }
        int vector = 0;
        int map = 1;
        boolean scaled = false;
        int first = bytes.hasRemaining() ? bytes.get(bytes.position()) & 0xff : 0;
        if (first == 0xc5 && bytes.remaining() > 2) {
            bytes.get();
            vector = (bytes.get() >> 2 & 1) == 0 ? 16 : 32;
            map = 2;
        } else if (first == 0xc4 && bytes.remaining() > 3) {
            bytes.get();
            int second = ~bytes.get() & 0xff;
            rex = second >> 5;
            map = (~second & 0x1f) == 1 ? 2 : 3;
            vector = (bytes.get() >> 2 & 1) == 0 ? 16 : 32;
        } else if (first == 0x62 && bytes.remaining() > 4) {
            bytes.get();
            int second = ~bytes.get() & 0xff;
            rex = second >> 5;
            map = (~second & 7) == 1 ? 2 : 3;
            bytes.get();
            vector = 16 << (bytes.get() >> 5 & 3);
            scaled = true;
        } else if (first == 0x0f && bytes.remaining() > 1) {
            int second = bytes.get(bytes.position() + 1) & 0xff;
            map = second == 0x38 || second == 0x3a ? 3 : 2;
        }
        byte[] opcode = new byte[bytes.remaining()];
        bytes.get(opcode);
        return new Machine(prefixes, rex, vector, scaled, opcode, map);
    }

    /// Its name when it is one that no process can execute.
    Optional<String> name(Group group) {
        return NAMED.stream().filter(named -> named.matches(this)).findFirst()
                .filter(named -> named.group() == group).map(Named::name);
    }

    boolean isUd2() {
        return is(0x0f, 0x0b);
    }

    /// RET, with a number of bytes to drop or without.
    boolean isReturn() {
        return is(0xc3) || is(0xc2);
    }

    /// Whether it goes where a register or a word in memory says: JMP or CALL.
    boolean isIndirectJump() {
        return is(0xff) && opcode.length > 1 && ((opcode[1] >> 3 & 7) == 2 || (opcode[1] >> 3 & 7) == 4);
    }

    /// Whether it works on vectors, or on other operands that have an alignment (CMPXCHG16B, FXSAVE).
    boolean isOfVectors() {
        return map > 1;
    }

    private boolean is(int... bytes) {
        if (opcode.length < bytes.length || vector != 0) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((opcode[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /// The alignment that a vector operand in memory may need.
    int alignment() {
        return Math.max(vector, 16);
    }

    /// The register in ModRM.rm, when the operand is no memory.
    OptionalLong register(long[] registers) {
        int at = modrm();
        return at > 0 && (opcode[at] >> 6 & 3) == 3
                ? OptionalLong.of(registers[(opcode[at] & 7) + (rex & 1) * 8]) : OptionalLong.empty();
    }

    /// Where the operand in memory is, as far as general-purpose registers say.
    OptionalLong address(long[] registers) {
        int at = modrm();
        if (at <= 0 || at >= opcode.length || prefixes.contains(FS) || prefixes.contains(GS)) {
            return OptionalLong.empty();
        }
        int mod = opcode[at] >> 6 & 3;
        int rm = opcode[at] & 7;
        if (mod == 3 || mod == 0 && rm == 5) {
            return OptionalLong.empty();
        }
        long address = 0;
        int next = at + 1;
        boolean hasBase = true;
        if (rm == 4) {
            if (next >= opcode.length) {
                return OptionalLong.empty();
            }
            int sib = opcode[next++] & 0xff;
            int index = (sib >> 3 & 7) + (rex >> 1 & 1) * 8;
            address += index == 4 ? 0 : registers[index] << (sib >> 6);
            rm = sib & 7;
            hasBase = rm != 5 || mod != 0;
        }
        address += hasBase ? registers[rm + (rex & 1) * 8] : 0;
        int size = mod == 1 ? 1 : mod == 2 || !hasBase ? 4 : 0;
        if (next + size > opcode.length) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(address + switch (size) {
            case 1 -> opcode[next] * (isScaled ? (long) vector : 1);
            case 4 -> ByteBuffer.wrap(opcode).order(ByteOrder.LITTLE_ENDIAN).getInt(next);
            default -> 0;
        });
    }

    /// Where the ModRM byte is, or 0.
    private int modrm() {
        int at = vector != 0 ? 1 : map;
        if (opcode.length <= at) {
            return 0;
        }
        int first = opcode[0] & 0xff;
        return vector != 0 || map > 1 || (HAS_MODRM[first >> 4] >> (first & 0xf) & 1) != 0 ? at : 0;
    }
}
