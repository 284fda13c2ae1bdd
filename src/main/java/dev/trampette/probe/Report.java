package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.shim.VmxError;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// One call of a C error handler, or of an [ExternalReply], as a [Script] records it.
///
/// @param handler which, see [#error] and [#external]
/// @param arguments the registers of the arguments, all 64 bits: RDI RSI RDX RCX R8 R9 of an external, the first three
///         arguments of an error handler
/// @param rsp RSP at its first instruction
/// @param caller the address that it returns to
/// @param rflags RFLAGS there
/// @param mxcsr MXCSR there
/// @param x87Tag the x87 tag word there
public record Report(long handler, List<Long> arguments, long rsp, long caller, long rflags, int mxcsr, int x87Tag) {

    static final int ARGUMENTS = 6;
    private static final int FIRST_EXTERNAL = 1 << 16;

    /// Read a `REPORT` of `src/main/asm/include/probe.inc`.
    static Report of(MemorySegment report) {
        long[] words = report.toArray(JAVA_LONG);
        List<Long> arguments = Arrays.stream(words, 1, 1 + ARGUMENTS).boxed().toList();
        int last = words.length - 1;
        return new Report(words[0], arguments, words[last - 3], words[last - 2], words[last - 1], (int) words[last],
                (int) (words[last] >>> 32));
    }

    /// Whether an [ExternalReply] was called.
    public boolean isExternal() {
        return handler >= FIRST_EXTERNAL;
    }

    /// The number of the [ExternalReply].
    public int external() {
        return (int) (handler - FIRST_EXTERNAL);
    }

    /// The error handler, and with what it was called.
    ///
    /// @throws IllegalArgumentException when it was none
    public VmxError error() {
        return VmxError.of(handler, arguments.get(0), arguments.get(1), arguments.get(2));
    }
}
