package dev.trampette.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Machine code as `objdump` of binutils reads it.
public final class Disassembly {

    private static final Pattern LINE = Pattern.compile(" *([0-9a-f]+):\\t(.*)");

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final Pattern TARGET = Pattern.compile("((?:j[a-z]+|call)(?:,p[nt])?) 0x([0-9a-f]+)");

    /// @param offset in the code
    /// @param bytes all of it
    /// @param text in Intel's syntax; a target as `$+31`, from the instruction on
    public record Line(int offset, byte[] bytes, String text) {
        int end() {
            return offset + bytes.length;
        }
    }

    private Disassembly() {
    }

    /// Every piece of code by itself, though one process reads all.
    public static List<List<Line>> of(List<byte[]> pieces) {
        try {
            Path file = Files.createTempFile("code", ".bin");
            try {
                TreeMap<Integer, Integer> starts = new TreeMap<>();
                Files.write(file, joined(pieces, starts));
                return lines(file, starts, pieces);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// With so many NOPs behind each that nothing is read across.
    private static byte[] joined(List<byte[]> pieces, TreeMap<Integer, Integer> starts) {
        int gap = 16;
        int size = 0;
        for (int n = 0; n < pieces.size(); n++) {
            starts.put(size, n);
            size += pieces.get(n).length + gap;
        }
        byte[] code = new byte[size];
        Arrays.fill(code, (byte) 0x90);
        starts.forEach((start, n) -> System.arraycopy(pieces.get(n), 0, code, start, pieces.get(n).length));
        return code;
    }

    private static List<List<Line>> lines(Path file, TreeMap<Integer, Integer> starts, List<byte[]> pieces)
            throws IOException {
        List<List<Line>> all = new ArrayList<>();
        starts.forEach((_, _) -> all.add(new ArrayList<>()));
        Process objdump = new ProcessBuilder("objdump", "-D", "-w", "-z", "-b", "binary", "-m", "i386:x86-64", "-M",
                "intel", "--insn-width=16", file.toString()).redirectErrorStream(true).start();
        try (var lines = objdump.inputReader()) {
            lines.lines().map(LINE::matcher).filter(Matcher::lookingAt).forEach(line -> {
                int address = Integer.parseInt(line.group(1), 16);
                Map.Entry<Integer, Integer> piece = starts.floorEntry(address);
                int offset = address - piece.getKey();
                if (offset < pieces.get(piece.getValue()).length) {     // the NOPs behind it are most of the lines
                    all.get(piece.getValue()).add(line(offset, address, line));
                }
            });
        }
        return all;
    }

    private static Line line(int offset, int address, Matcher line) {
        String[] parts = line.group(2).split("\t", 2);
        return new Line(offset, HexFormat.of().parseHex(parts[0].replace(" ", "")), text(parts[1], address));
    }

    /// A target is written as a distance from the instruction: code moves.
    private static String text(String text, int address) {
        String plain = SPACES.matcher(text.strip()).replaceAll(" ");
        Matcher target = TARGET.matcher(plain);
        return target.matches()
                ? "%s $%+d".formatted(target.group(1), (int) Long.parseUnsignedLong(target.group(2), 16) - address)
                : plain;
    }
}
