package dev.trampette.benchmarks;

import dev.trampette.image.Image;
import dev.trampette.probe.Batch;
import dev.trampette.probe.Probe;
import dev.trampette.probe.Script;
import dev.trampette.probe.Vectors;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What a check costs, of a routine that returns at once: beside [#single], which is one call from Java with everything
/// loaded and captured, ten calls in a batch, with registers or with all vectors and masks looked at.
final class CheckedCalls {

    private static final int CASES = 5;
    private static final MemorySegment ROUTINE = Image.nullStub().address("empty_call");
    private static final Batch BATCH = Batch.sysv(1);
    private static final Probe REGISTERS = probe();
    private static final Probe VECTORS = probe();

    static {
        REGISTERS.look(Vectors.NONE);
    }

    private CheckedCalls() {
    }

    private static Probe probe() {
        return new Probe(Script.of(Image.shim(), Arena.ofAuto()), Arena.ofAuto());
    }

    static long ten_with_registers() {
        return held(REGISTERS.batch(ROUTINE, BATCH, CASES));
    }

    static long ten_with_vectors() {
        return held(VECTORS.batch(ROUTINE, BATCH, CASES));
    }

    static long single() {
        VECTORS.call(ROUTINE);
        return 1;
    }

    private static long held(long calls) {
        if (calls != 2 * CASES) {
            throw new IllegalStateException("an empty function does not hold, calls=" + calls);
        }
        return calls;
    }
}
