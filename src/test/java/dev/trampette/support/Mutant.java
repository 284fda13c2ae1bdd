package dev.trampette.support;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;

/// A routine of the shim image with one instruction changed.
///
/// @param symbol the routine
/// @param offset where the change begins, in the routine
/// @param kind what kind of change it is
/// @param code the bytes from there on
/// @param original the instruction as it was
/// @param changed what stands in its place
public record Mutant(String symbol, int offset, Mutation kind, byte[] code, String original, String changed) {

    private static final String SEPARATOR = "\t";

    /// Which mutant it is, in words: `tdcall_trampoline+0x3 register: mov r9,rcx -> mov r9,rdx`.
    @Override
    public String toString() {
        return "%s+0x%x %s: %s -> %s".formatted(symbol, offset, kind.label(), original, changed);
    }

    /// Another process reads it with [#read].
    String line() {
        return String.join(SEPARATOR, symbol, Integer.toString(offset), kind.name(), HexFormat.of().formatHex(code),
                original, changed);
    }

    static Mutant read(String line) {
        String[] parts = line.split(SEPARATOR, -1);
        return new Mutant(parts[0], Integer.parseInt(parts[1]), Mutation.valueOf(parts[2]),
                HexFormat.of().parseHex(parts[3]), parts[4], parts[5]);
    }

    /// A number that has nothing to do with what the change is, and is the same in every run and in other layouts of
    /// the code.
    long lot() {
        CRC32 crc = new CRC32();
        String name = "%s %d %s %s".formatted(symbol, offset, kind, changed.replaceAll(" \\$[+-].*", ""));
        crc.update(name.getBytes(StandardCharsets.US_ASCII));
        return crc.getValue();
    }
}
