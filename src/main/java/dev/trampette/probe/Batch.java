package dev.trampette.probe;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.shim.Registers;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import java.lang.foreign.MemorySegment;

/// What a batch of probed calls makes, and what it looks at. Masks are by register, in the order of
/// [Gpr].
///
/// @param seed where the random values start
/// @param same the bits that are the same in both calls of a case: arguments, as far as they count
/// @param fixed the bits that are as given in every case: pointers
/// @param keep the bits that must come back
/// @param keepFlags the bits of RFLAGS that must come back as they were, that is 0
/// @param vectors what vectors must be after a call
/// @param result the bits of RAX that must be the same after both calls
/// @param calls how often the instruction must be executed, or -1 when nobody looks
/// @param ownWords the words above the return address that a call may change: arguments, home space
public record Batch(long seed, long[] same, long[] fixed, long[] keep, long keepFlags, Looked vectors,
        long result, long calls, int ownWords) {

    /// What vectors and masks must be after a call, in the order of `PROBE.keep_vectors`.
    public enum Looked {
        /// Upper halves are 0, if they were.
        CLEAN,
        /// They come back, too.
        KEPT,
        /// Nobody looks.
        NOT
    }

    /// @throws IllegalArgumentException when an array has not a word for each register
    public Batch {
        for (long[] masks : new long[][] {same, fixed, keep}) {
            if (masks.length != Gpr.values().length) {
                throw new IllegalArgumentException("a word for each register is wanted, words=" + masks.length);
            }
        }
    }

    /// The flags that are clear at a call and after it: DF, AC, and NT and ID, which nobody expects to change.
    public static final long CONTROL_FLAGS = Registers.DF | Registers.AC | Registers.NT | Registers.ID;

    /// What any function of the System V ABI must keep, whatever it is for.
    public static Batch sysv(long seed) {
        long[] none = new long[Gpr.values().length];
        long[] keep = none.clone();
        keep[Gpr.RSP.ordinal()] = -1;
        Convention.SYSV.preserved().forEach(register -> keep[register.ordinal()] = -1);
        return new Batch(seed, none, none, keep, CONTROL_FLAGS, Looked.CLEAN, 0, -1, 0);
    }

    void write(MemorySegment probe, MemorySegment frame) {
        probe.set(JAVA_LONG, ProbeLayout.offset("random"), seed);
        copy(same, probe, "same");
        copy(fixed, probe, "fixed");
        copy(keep, probe, "keep");
        probe.set(JAVA_LONG, ProbeLayout.offset("keep_flags"), keepFlags);
        probe.set(JAVA_LONG, ProbeLayout.offset("result"), result);
        probe.set(JAVA_LONG, ProbeLayout.offset("calls"), calls);
        probe.set(JAVA_INT, ProbeLayout.offset("own_words"), ownWords);
        probe.set(JAVA_INT, ProbeLayout.offset("keep_vectors"), vectors.ordinal());
        probe.asSlice(ProbeLayout.offset("frame"), frame.byteSize()).copyFrom(frame);
    }

    private static void copy(long[] values, MemorySegment probe, String member) {
        MemorySegment.copy(values, 0, probe, JAVA_LONG, ProbeLayout.offset(member), values.length);
    }
}
