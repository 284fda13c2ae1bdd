package dev.trampette.shim.tdx;

import dev.trampette.spec.Gpr;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A VMM that misbehaves on purpose, for tests of what calls it: random values in every register that is exposed, be
/// it an output of the sub-function or not, and the statuses that a test asks for.
///
/// A caller has to restore what it must preserve, believe no value, and bear every R10. Thread-safe; with one thread
/// the same seed gives the same answers.
public final class HostileVmm implements Vmm {

    /// Values of R10 that no specification has: near the real ones, or far from all of them.
    public static final List<Long> UNKNOWN_STATUSES = List.of(2L, -1L, 0x7fffffffffffffffL, 0x8000000000000004L,
            0x80000000L, 0xC000010000000000L);

    private final SplittableRandom random;
    private final Map<Gpr, Long> fixed = new EnumMap<>(Gpr.class);
    private List<Long> statuses = List.of();
    private int calls;

    /// A VMM whose statuses are random too.
    ///
    /// @param seed of all that is random
    public HostileVmm(long seed) {
        random = new SplittableRandom(seed);
    }

    /// Answer these statuses one after the other; the last one stays.
    ///
    /// @param codes values of R10; without any they are random again
    /// @return this
    public synchronized HostileVmm statuses(long... codes) {
        statuses = Arrays.stream(codes).boxed().toList();
        calls = 0;
        return this;
    }

    /// Give a register the same value in every answer: R11 of a RETRY that makes no progress, for example.
    ///
    /// @param register any; of R10 the statuses of [#statuses] go first
    /// @param value all 64 bits
    /// @return this
    public synchronized HostileVmm always(Gpr register, long value) {
        fixed.put(register, value);
        return this;
    }

    /// {@return how often it was called since the statuses were set}
    public synchronized int calls() {
        return calls;
    }

    @Override
    public synchronized void vmcall(ExposedRegisters registers) {
        for (Gpr register : Gpr.values()) {
            long value = random.nextLong();
            registers.set(register, fixed.getOrDefault(register, value));
        }
        if (!statuses.isEmpty()) {
            registers.set(Gpr.R10, statuses.get(Math.min(calls, statuses.size() - 1)));
        }
        calls++;
    }
}
