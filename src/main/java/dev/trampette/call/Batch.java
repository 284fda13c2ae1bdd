package dev.trampette.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/// What a batch of probed calls makes, and what it looks at. Masks are by register,
/// in the order of [dev.trampette.spec.Gpr].
///
/// @param seed where the random values start
/// @param same the bits that are the same in both calls of a case: arguments, as far as they count
/// @param fixed the bits that are as given in every case: pointers
/// @param keep the bits that must come back
/// @param keepFlags the bits of RFLAGS that must come back as they were, that is 0
/// @param keepVectors whether vectors and masks must come back
/// @param result the bits of RAX that must be the same after both calls
/// @param calls how often the instruction must be executed, or -1 when nobody looks
public record Batch(long seed, long[] same, long[] fixed, long[] keep, long keepFlags, boolean keepVectors,
        long result, long calls) {

    void write(MemorySegment probe, MemorySegment frame) {
        probe.set(JAVA_LONG, Probe.offset("random"), seed);
        copy(same, probe, "same");
        copy(fixed, probe, "fixed");
        copy(keep, probe, "keep");
        probe.set(JAVA_LONG, Probe.offset("keep_flags"), keepFlags);
        probe.set(JAVA_LONG, Probe.offset("result"), result);
        probe.set(JAVA_LONG, Probe.offset("calls"), calls);
        probe.set(JAVA_INT, Probe.offset("keep_vectors"), keepVectors ? 1 : 0);
        probe.asSlice(Probe.offset("frame"), frame.byteSize()).copyFrom(frame);
    }

    private static void copy(long[] values, MemorySegment probe, String member) {
        MemorySegment.copy(values, 0, probe, JAVA_LONG, Probe.offset(member), values.length);
    }
}
