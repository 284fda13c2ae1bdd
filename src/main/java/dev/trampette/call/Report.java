package dev.trampette.call;

import dev.trampette.shim.VmxError;
import java.util.List;

/// One call of a C error handler, as a [Script] records it.
///
/// @param error which, and with what
/// @param arguments the registers of the arguments, all 64 bits
/// @param rsp RSP at its first instruction
/// @param caller the address that it returns to
/// @param rflags RFLAGS there
/// @param mxcsr MXCSR there
/// @param x87Tag the x87 tag word there
public record Report(VmxError error, List<Long> arguments, long rsp, long caller, long rflags, int mxcsr, int x87Tag) {
}
