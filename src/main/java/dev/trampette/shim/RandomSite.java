package dev.trampette.shim;

import dev.trampette.spec.Gpr;

/// A place in code where RDRAND or RDSEED is: a trap stands there, so that the lab says what comes of it.
///
/// @param address of its first byte
/// @param length in bytes
/// @param isSeed whether it is RDSEED
/// @param register that is written
/// @param bytes of it: 2, 4 or 8
public record RandomSite(long address, int length, boolean isSeed, Gpr register, int bytes) {

    /// {@return the instruction as an assembler reads it, in Intel syntax: `rdrand eax`}
    public String text() {
        return "%s %s".formatted(isSeed ? "rdseed" : "rdrand", register.part(bytes * Byte.SIZE));
    }
}
