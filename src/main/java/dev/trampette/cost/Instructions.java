package dev.trampette.cost;

import dev.trampette.call.ImageException;
import dev.trampette.image.Disassembly;
import dev.trampette.image.Disassembly.Line;
import dev.trampette.image.ImageFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The instructions of a routine, as `objdump` of binutils reads them.
public final class Instructions {

    /// An image does not change, and objdump takes as long as a verdict.
    private static final Map<String, Optional<List<Line>>> KNOWN = new ConcurrentHashMap<>();
    private static final Pattern ADDRESS = Pattern.compile("\\b0x([0-9a-f]{9,16})\\b");

    /// Where the code is disassembled, so that an address cannot be taken for another number.
    private static final long BASE = 0x7f00_0000_0000L;

    /// Between pieces, so that no instruction reaches into the next.
    private static final int GAP = 16;
    private static final byte NOP = (byte) 0x90;

    private Instructions() {
    }

    /// The number of instructions of a routine of the `hardware` image; empty where there is no objdump.
    ///
    /// @throws ImageException when there is no such symbol
    public static Optional<Integer> of(String symbol) {
        return KNOWN.computeIfAbsent(symbol, Instructions::disassemble).map(List::size);
    }

    /// The numbers of instructions in pieces of machine code; empty where there is no objdump.
    public static Optional<List<Integer>> in(List<byte[]> pieces) {
        byte[] all = new byte[pieces.stream().mapToInt(piece -> piece.length + GAP).sum()];
        Arrays.fill(all, NOP);
        NavigableMap<Long, Integer> counts = new TreeMap<>();
        List<Long> starts = new ArrayList<>();
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            starts.add(BASE + at);
            counts.put(BASE + at, 0);
            counts.put(BASE + at + piece.length, 0);
            at += piece.length + GAP;
        }
        try {
            Disassembly.of(all, BASE).forEach(line -> counts.merge(counts.floorKey(line.address()), 1, Integer::sum));
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.of(starts.stream().map(counts::get).toList());
    }

    /// A line for each instruction of a routine of the `hardware` image: its offset, and what it is in Intel syntax,
    /// with names for other routines. Empty where there is no objdump.
    ///
    /// @throws ImageException when there is no such symbol
    public static Optional<List<String>> listing(String symbol) {
        long start = BASE + ImageFile.hardware().offset(symbol);
        return KNOWN.computeIfAbsent(symbol, Instructions::disassemble).map(lines -> lines.stream()
                .map(line -> "%4x  %s".formatted(line.address() - start, named(symbol, line.text()))).toList());
    }

    /// An address as `symbol` or `symbol+0x1f`; inside of the routine itself as an offset, as the lines have it.
    private static String named(String symbol, String instruction) {
        return ADDRESS.matcher(instruction.replaceAll(" +", " ").replaceFirst(" #.*", "")).replaceAll(address ->
                ImageFile.hardware().locate(Long.parseUnsignedLong(address.group(1), 16) - BASE)
                        .orElse("hardware image").replaceFirst("\\+0x0$", "")
                        .replaceFirst("^" + Pattern.quote(symbol) + "\\+0x", ""))
                .replaceFirst("^(\\S+) ", "$1" + " ".repeat(Math.max(1, 8 - mnemonic(instruction))));
    }

    private static int mnemonic(String instruction) {
        int end = instruction.indexOf(' ');
        return end < 0 ? instruction.length() : end;
    }

    private static Optional<List<Line>> disassemble(String symbol) {
        try {
            return Optional.of(Disassembly.of(ImageFile.hardware().bytes(symbol),
                    BASE + ImageFile.hardware().offset(symbol)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
