package dev.trampette.call;

import dev.trampette.shim.VmxError;

/// One call of a C error handler, as a [Script] records it.
///
/// @param error which, and with what
/// @param rsp RSP at its first instruction
/// @param caller the address that it returns to
/// @param rflags RFLAGS there
/// @param mxcsr MXCSR there
/// @param x87Tag the x87 tag word there
public record Report(VmxError error, long rsp, long caller, long rflags, int mxcsr, int x87Tag) {
}
