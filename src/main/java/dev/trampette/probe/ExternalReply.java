package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Image;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/// A function that a routine calls and that is none of its own: an undefined symbol of its object, or a pointer to a
/// function among its arguments. A [Script] records what it is told; then it loses all that a C function may lose and
/// returns what is said here, or does not return (`src/main/asm/runtime/external.asm`).
public final class ExternalReply {

    /// The most that a script has.
    public static final int MOST = 256;

    /// `EXTERNAL` of `src/main/asm/include/probe.inc`.
    static final StructLayout LAYOUT = MemoryLayout.structLayout(
            JAVA_LONG.withName("called"),
            JAVA_INT.withName("mode"),
            JAVA_INT.withName("unused"),
            MemoryLayout.sequenceLayout(Script.MOST, JAVA_LONG).withName("results"));

    private static final long MODE = LAYOUT.byteOffset(PathElement.groupElement("mode"));
    private static final long RESULTS = LAYOUT.byteOffset(PathElement.groupElement("results"));
    /// The bytes of an entry of `externals`.
    private static final long ENTRY = 16;

    private final MemorySegment segment;

    ExternalReply(MemorySegment segment) {
        this.segment = segment;
    }

    /// How it comes back.
    public enum Mode {
        /// In RAX.
        RAX,
        /// In the low 64 bits of xmm0.
        VECTOR,
        /// Not at all: the routine is left by force.
        ENDS
    }

    /// Where the nth external of the script is called.
    public static MemorySegment entry(Image image, int n) {
        return MemorySegment.ofAddress(image.address("externals").address() + n * ENTRY);
    }

    /// How it comes back; at the beginning in RAX.
    public void comesBack(Mode mode) {
        segment.set(JAVA_INT, MODE, mode.ordinal());
    }

    /// What comes back when it is the nth call, of this function or others; of those behind [Script#MOST] again the
    /// first and so on.
    public void setResult(int n, long value) {
        segment.set(JAVA_LONG, RESULTS + n * 8L, value);
    }

    /// See [#setResult].
    public long result(int n) {
        return segment.get(JAVA_LONG, RESULTS + n * 8L);
    }

    /// Whether anybody has called it.
    public boolean isCalled() {
        return segment.get(JAVA_LONG, 0) != 0;
    }
}
