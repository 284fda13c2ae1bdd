package dev.trampette.trap;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.call.ImageException;
import dev.trampette.image.Disassembly;
import dev.trampette.image.Image;
import dev.trampette.probe.TrapTable;
import dev.trampette.shim.RandomSite;
import dev.trampette.shim.TrapSite;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/// The instructions of ours in machine code of others, and traps in their places.
///
/// `objdump` of binutils says where instructions begin. Which of them are ours, and what their operands are, says the
/// decoder in `src/main/asm/runtime/decode.asm`, which also looks at what traps without having been found here.
public final class TrapSites {

    /// Behind each piece of code, so that nothing is read across.
    private static final byte[] END = {(byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90,
        (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90, (byte) 0x90,
        (byte) 0x90, (byte) 0x90};

    /// It is #GP with RIP at its place on every processor. UD2 takes three times as long under a hypervisor that looks
    /// at each #UD, as KVM does on AMD.
    private static final byte HLT = (byte) 0xf4;
    private static final byte INT3 = (byte) 0xcc;

    private static final MethodHandle DECODE = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, ADDRESS, ADDRESS));

    private TrapSites() {
    }

    /// Find them all. Data among the code may pass for one.
    ///
    /// @param code the bytes
    /// @param address where they will be
    /// @param entries addresses at which an instruction begins, as far as they are known: symbols
    /// @return in the order of their addresses
    /// @throws ImageException when there is no objdump
    public static List<TrapSite> find(byte[] code, long address, List<Long> entries) {
        return find(code, address, entries, TrapSites::mayBeOurs, TrapSites::read, TrapSite::length);
    }

    /// Find RDRAND and RDSEED, in the same way.
    ///
    /// @throws ImageException when there is no objdump
    public static List<RandomSite> findRandom(byte[] code, long address, List<Long> entries) {
        return find(code, address, entries, TrapSites::mayBeRandom, TrapTable::readRandom, RandomSite::length);
    }

    /// Three bytes that an instruction which is looked for can have behind its prefixes.
    private interface Opcode {

        boolean isMet(int first, int second, int third);
    }

    private static <S> List<S> find(byte[] code, long address, List<Long> entries, Opcode opcode,
            BiFunction<MemorySegment, Long, Optional<S>> reader, ToIntFunction<S> length) {
        TreeSet<Integer> begins = new TreeSet<>(List.of(0));
        entries.stream().map(entry -> entry - address).filter(offset -> offset > 0 && offset < code.length)
                .forEach(offset -> begins.add(offset.intValue()));
        List<S> sites = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(code.length + END.length);
            bytes.asSlice(code.length).copyFrom(MemorySegment.ofArray(END));
            bytes.asSlice(0, code.length).copyFrom(MemorySegment.ofArray(code));
            MemorySegment site = arena.allocate(TrapTable.SITE);
            long end = 0;
            for (int offset : boundaries(code, begins, opcode)) {
                Optional<S> found = offset < end || !isDecoded(bytes.asSlice(offset), site) ? Optional.empty()
                        : reader.apply(site, address + offset)
                                .filter(it -> offset + length.applyAsInt(it) <= code.length);
                if (found.isPresent()) {
                    sites.add(found.get());
                    end = offset + length.applyAsInt(found.get());
                }
            }
        }
        return List.copyOf(sites);
    }

    /// Put traps in their places: HLT, and INT3 up to the length of the instruction.
    ///
    /// @param code a copy, at the address for which the sites were found
    /// @param address that address; the copy itself may be elsewhere
    public static void replace(List<TrapSite> sites, MemorySegment code, long address) {
        sites.forEach(site -> replace(code.asSlice(site.address() - address, site.length())));
    }

    /// The same for RDRAND and RDSEED.
    static void replaceRandom(List<RandomSite> sites, MemorySegment code, long address) {
        sites.forEach(site -> replace(code.asSlice(site.address() - address, site.length())));
    }

    private static void replace(MemorySegment bytes) {
        bytes.fill(INT3);
        bytes.set(JAVA_BYTE, 0, HLT);
    }

    /// Whether an instruction begins here of which the bridge knows.
    ///
    /// @param bytes from its first byte on, and at least fifteen of them
    private static boolean isDecoded(MemorySegment bytes, MemorySegment site) {
        try {
            return (long) DECODE.invokeExact(Image.shim().address("trap_decode"), bytes, site) != 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<TrapSite> read(MemorySegment site, long address) {
        return TrapTable.isAside(site) ? Optional.empty() : Optional.of(TrapTable.read(site, address));
    }

    /// Where instructions begin, in the pieces between entries that may have one that is looked for.
    private static List<Integer> boundaries(byte[] code, TreeSet<Integer> begins, Opcode opcode) {
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        TreeMap<Integer, Integer> offsets = new TreeMap<>();
        for (int begin : begins) {
            Integer next = begins.higher(begin);
            int end = next == null ? code.length : next;
            if (mayHold(code, begin, end, opcode)) {
                offsets.put(pieces.size(), begin);
                pieces.write(code, begin, end - begin);
                offsets.put(pieces.size(), -1);
                pieces.writeBytes(END);
            }
        }
        if (offsets.isEmpty()) {
            return List.of();
        }
        List<Integer> boundaries = new ArrayList<>();
        for (int at : disassembled(pieces.toByteArray())) {
            Map.Entry<Integer, Integer> piece = offsets.floorEntry(at);
            if (piece.getValue() >= 0) {
                boundaries.add(piece.getValue() + at - piece.getKey());
            }
        }
        return boundaries;
    }

    /// Whether there is such an opcode, also inside of others.
    private static boolean mayHold(byte[] code, int begin, int end, Opcode opcode) {
        for (int n = begin; n + 2 < end; n++) {
            if (opcode.isMet(code[n] & 0xff, code[n + 1] & 0xff, code[n + 2] & 0xff)) {
                return true;
            }
        }
        return false;
    }

    private static boolean mayBeOurs(int first, int second, int third) {
        return first == 0x0f && switch (second) {
            case 0x01 -> third >= 0xc0;
            case 0x38 -> third == 0x80 || third == 0x81;
            case 0x78, 0x79, 0xc7 -> true;
            default -> false;
        };
    }

    private static boolean mayBeRandom(int first, int second, int third) {
        return first == 0x0f && second == 0xc7 && third >= 0xf0;
    }

    private static List<Integer> disassembled(byte[] code) {
        return Disassembly.required(code, 0).stream().map(line -> (int) line.address()).toList();
    }
}
