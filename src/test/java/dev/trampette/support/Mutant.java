package dev.trampette.support;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// A routine of the shim image with one instruction changed.
///
/// @param symbol the routine
/// @param offset where the change begins, in the routine
/// @param kind what kind of change it is
/// @param code the bytes from there on
/// @param original the instruction as it was
/// @param changed what stands in its place
record Mutant(String symbol, int offset, Mutation kind, byte[] code, String original, String changed) {

    /// Which mutant it is, in words: `tdcall_trampoline+0x3 register: mov r9,rcx -> mov r9,rdx`.
    @Override
    public String toString() {
        return "%s+0x%x %s: %s -> %s".formatted(symbol, offset, kind.label(), original, changed);
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
