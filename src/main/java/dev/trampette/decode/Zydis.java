package dev.trampette.decode;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What an instruction does, by Zydis 4.0, a library that decodes all of x86 (`libZydis.so.4.0`).
///
/// Its structures differ between versions, so it is used only under this soname, and only when it decodes a few
/// instructions as the table of forms does. Mnemonic and text are objdump's: people see the same on each machine.
final class Zydis {

    static final String SONAME = "libZydis.so.4.0";

    /// `sizeof` and `offsetof` of Zydis 4.0.0: `Decoder.h`, `DecoderTypes.h`.
    private static final long DECODER = 20;
    private static final long INSTRUCTION = 328;
    private static final long OPERAND = 80;
    private static final int MOST_OPERANDS = 10;
    private static final long LENGTH = 8;
    private static final long OPERAND_COUNT = 24;
    private static final long CPU_FLAGS = 40;
    private static final long CATEGORY = 92;
    private static final long VISIBILITY = 4;
    private static final long ACTIONS = 8;
    private static final long SIZE = 16;
    private static final long TYPE = 32;
    private static final long REGISTER = 40;
    private static final long MEMORY_TYPE = 40;
    private static final long SEGMENT = 44;
    private static final long BASE = 48;
    private static final long INDEX = 52;
    private static final long SCALE = 56;
    private static final long DISPLACEMENT = 72;
    private static final long IS_RELATIVE = 41;
    private static final long VALUE = 48;

    /// `ZYDIS_OPERAND_TYPE_...`, `ZYDIS_OPERAND_VISIBILITY_HIDDEN`, `ZYDIS_MEMOP_TYPE_MEM`, `ZYDIS_REGISTER_...`.
    private static final int OF_REGISTER = 1;
    private static final int OF_MEMORY = 2;
    private static final int OF_IMMEDIATE = 4;
    private static final int HIDDEN = 3;
    private static final int ACCESSED = 1;
    private static final int READS = 1 | 4;
    private static final int WRITES = 2 | 8;
    private static final int RIP = 197;
    private static final Map<Integer, String> SEGMENTS = Map.of(202, "fs", 203, "gs");
    /// `ZYDIS_CATEGORY_...`.
    private static final Map<Integer, Operation.Kind> KINDS = Map.of(20, Operation.Kind.CALL, 28, Operation.Kind.BRANCH,
            75, Operation.Kind.RETURN, 96, Operation.Kind.JUMP);
    private static final int PREFETCH = 66;
    /// What Zydis 4.0 tells wrongly (SDM volume 2): under REPE and REPNE the pointers move too, (V)PTEST clears four
    /// flags, INT3 keeps AC. The table of forms is believed there.
    private static final Set<String> ERRATA = Set.of("cmps", "scas", "vptest", "vtestps", "vtestpd", "int3");
    /// Zydis says that these read a line.
    private static final Set<String> HINTS = Set.of("clflush", "clflushopt", "clwb", "cldemote", "invlpg");
    private static final int WIDE_NOP = 104;
    private static final int NOP = 60;
    /// The first register of each width, of the 16 of each: 8 bits are told apart below.
    private static final int[] FIRST = {53, 37, 21};

    private static final Map<String, String> KNOWN = Map.of(
            "53", "push   rbx",
            "4881ec88000000", "sub    rsp,0x88",
            "65488b042528000000", "mov    rax,QWORD PTR gs:0x28",
            "488d0437", "lea    rax,[rdi+rsi*1]",
            "0fb14f10", "cmpxchg DWORD PTR [rdi+0x10],ecx",
            "480fbae725", "bt     rdi,0x25",
            "f3aa", "rep stos BYTE PTR es:[rdi],al",
            "0f7906", "vmwrite rax,QWORD PTR [rsi]",
            "7c05", "jl     0x7",
            "660f6f0511000000", "movdqa xmm0,XMMWORD PTR [rip+0x11]");

    private static final Optional<Zydis> AVAILABLE = load();

    private final MethodHandle decode;
    private final MemorySegment decoder;

    private Zydis(SymbolLookup library) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle init = linker.downcallHandle(library.findOrThrow("ZydisDecoderInit"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        this.decode = linker.downcallHandle(library.findOrThrow("ZydisDecoderDecodeFull"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
        this.decoder = Arena.global().allocate(DECODER, Long.BYTES);
        int longMode = 0;
        int stackOf64 = 2;
        if ((int) init.invokeExact(decoder, longMode, stackOf64) < 0) {
            throw new IllegalStateException("Zydis has no long mode");
        }
    }

    /// The library; empty where there is none that is known.
    static Optional<Zydis> available() {
        return AVAILABLE;
    }

    /// What an instruction does.
    ///
    /// @param code its bytes
    /// @param address of its first byte
    /// @param text as objdump has it in Intel syntax
    /// @return empty when it decodes nothing there, or another length than objdump does
    Optional<Operation> decode(byte[] code, long address, String text) {
        if (ERRATA.contains(TextDecoder.mnemonic(text))) {
            return Optional.of(TextDecoder.decode(address, code.length, text));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(code.length);
            MemorySegment.copy(code, 0, bytes, JAVA_BYTE, 0, code.length);
            MemorySegment instruction = arena.allocate(INSTRUCTION, Long.BYTES);
            MemorySegment operands = arena.allocate(OPERAND * MOST_OPERANDS, Long.BYTES);
            int status = (int) decode.invokeExact(decoder, bytes, (long) code.length, instruction, operands);
            return status < 0 || instruction.get(JAVA_BYTE, LENGTH) != code.length ? Optional.empty()
                    : Optional.of(Ours.told(new Reader(instruction, operands).operation(address, text)));
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<Zydis> load() {
        try {
            Zydis zydis = new Zydis(SymbolLookup.libraryLookup(SONAME, Arena.global()));
            boolean isKnown = KNOWN.entrySet().stream().allMatch(it -> {
                byte[] code = HexFormat.of().parseHex(it.getKey());
                return zydis.decode(code, 0, it.getValue())
                        .equals(Optional.of(TextDecoder.decode(0, code.length, it.getValue())));
            });
            return Optional.of(zydis).filter(_ -> isKnown);
        } catch (Throwable e) {
            return Optional.empty();        // none there, or another one under its name
        }
    }

    /// Reads the structures of one instruction.
    private record Reader(MemorySegment instruction, MemorySegment operands) {

        Operation operation(long address, String text) {
            String mnemonic = TextDecoder.mnemonic(text);
            int length = instruction.get(JAVA_BYTE, LENGTH);
            Set<Gpr> reads = EnumSet.noneOf(Gpr.class);
            Set<Gpr> writes = EnumSet.noneOf(Gpr.class);
            List<MemoryOperand> memory = new ArrayList<>();
            List<Long> immediates = new ArrayList<>();
            OptionalLong target = OptionalLong.empty();
            int category = instruction.get(JAVA_INT, CATEGORY);
            int count = category == WIDE_NOP || category == NOP ? 0 : instruction.get(JAVA_BYTE, OPERAND_COUNT);
            for (int n = 0; n < count; n++) {
                MemorySegment operand = operands.asSlice(n * OPERAND, OPERAND);
                int actions = operand.get(JAVA_BYTE, ACTIONS);
                switch (operand.get(JAVA_INT, TYPE)) {
                    case OF_REGISTER -> gpr(operand.get(JAVA_INT, REGISTER)).ifPresent(register -> {
                        if ((actions & READS) != 0) {
                            reads.add(register);
                        }
                        if ((actions & WRITES) != 0) {
                            writes.add(register);
                        }
                    });
                    case OF_MEMORY -> memory(operand, reads)
                            .filter(_ -> category != PREFETCH && !HINTS.contains(mnemonic)).ifPresent(memory::add);
                    case OF_IMMEDIATE -> {
                        long value = operand.get(JAVA_LONG, VALUE);
                        if (operand.get(JAVA_BYTE, IS_RELATIVE) != 0) {
                            target = OptionalLong.of(address + length + value);
                        } else {
                            immediates.add(cut(value));
                        }
                    }
                    default -> { }
                }
            }
            long[] flags = flags();
            return new Operation(address, length, mnemonic, text, reads, writes, flags[0], flags[1], memory, immediates,
                    KINDS.getOrDefault(category, Operation.Kind.OTHER), target);
        }

        /// As many bits of a number as the first operand has.
        private long cut(long value) {
            int bits = operands.get(JAVA_INT, TYPE) == OF_IMMEDIATE ? Long.SIZE : operands.get(JAVA_SHORT, SIZE);
            return bits >= Long.SIZE ? value : value & (1L << bits) - 1;
        }

        /// In terms of the registers before the instruction: a PUSH has moved RSP where Zydis looks.
        private Optional<MemoryOperand> memory(MemorySegment operand, Set<Gpr> reads) {
            Optional<Gpr> base = gpr(operand.get(JAVA_INT, BASE));
            Optional<Gpr> index = gpr(operand.get(JAVA_INT, INDEX));
            base.ifPresent(reads::add);
            index.ifPresent(reads::add);
            int actions = operand.get(JAVA_BYTE, ACTIONS);
            if (operand.get(JAVA_INT, MEMORY_TYPE) != ACCESSED || (actions & (READS | WRITES)) == 0) {
                return Optional.empty();
            }
            int bytes = Short.toUnsignedInt(operand.get(JAVA_SHORT, SIZE)) / Byte.SIZE;
            boolean isHidden = operand.get(JAVA_INT, VISIBILITY) == HIDDEN;
            boolean isPushed = isHidden && base.equals(Optional.of(Gpr.RSP)) && (actions & WRITES) != 0;
            return Optional.of(new MemoryOperand(base, index, Math.max(1, operand.get(JAVA_BYTE, SCALE)),
                    isPushed ? -bytes : operand.get(JAVA_LONG, DISPLACEMENT),
                    SEGMENTS.getOrDefault(operand.get(JAVA_INT, SEGMENT), ""), operand.get(JAVA_INT, BASE) == RIP,
                    bytes, (actions & READS) != 0, (actions & WRITES) != 0, isHidden));
        }

        /// Those that are tested; and those that are modified, cleared, set or undefined.
        private long[] flags() {
            MemorySegment flags = instruction.get(ADDRESS, CPU_FLAGS);
            if (flags.address() == 0) {
                return new long[2];
            }
            MemorySegment words = flags.reinterpret(5 * Integer.BYTES);
            long written = 0;
            for (int n = 1; n < 5; n++) {
                written |= words.getAtIndex(JAVA_INT, n);
            }
            return new long[] {words.getAtIndex(JAVA_INT, 0) & Rflags.TOLD, written & Rflags.TOLD};
        }

        private static Optional<Gpr> gpr(int register) {
            for (int first : FIRST) {
                if (register >= first && register < first + Gpr.values().length) {
                    return Optional.of(Gpr.of(register - first));
                }
            }
            // al cl dl bl, ah ch dh bh, spl bpl sil dil, r8b to r15b
            return register < 1 || register > 20 ? Optional.empty()
                    : Optional.of(Gpr.of(register <= 4 ? register - 1 : register - 5));
        }
    }
}
