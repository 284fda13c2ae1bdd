package dev.trampette.call;

import dev.trampette.shim.VmxError;

/// One call of a C error handler, as a [Script] records it.
///
/// @param error which, and with what
/// @param rsp RSP at its first instruction
/// @param caller the address that it returns to
public record Report(VmxError error, long rsp, long caller) {

    /// Whether the stack was aligned as a C function wants it: RSP + 8 is a multiple of 16 (psABI 3.2.2).
    public boolean isAligned() {
        return (rsp + 8) % 16 == 0;
    }
}
