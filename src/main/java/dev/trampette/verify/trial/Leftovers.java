package dev.trampette.verify.trial;

import dev.trampette.contract.Contract;
import dev.trampette.probe.Script;
import dev.trampette.probe.State;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Convention;
import dev.trampette.spec.Gpr;
import dev.trampette.verify.values.Origins;
import dev.trampette.verify.values.Round;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// What the C functions that a routine calls leave in all that they may lose, and a guest in the vectors: random
/// values, which differ between the calls of a case, for nothing may depend on them.
final class Leftovers {

    /// The lanes whose words a function leaves in its home space (`src/main/asm/runtime/error.asm`).
    private static final int HOME = 64;

    private final State lost;
    private final int homeWords;
    /// Whether there is anybody to leave anything.
    private final boolean isAnybody;
    private final long[] registers = new long[Gpr.values().length];
    private final long[] lanes;
    private final long[] masks;
    private final long[] changes;
    private long flags;

    /// @param callsOthers whether the routine calls functions that are none of its own
    Leftovers(Script script, Contract contract, boolean callsOthers, int lanes, int masks) {
        this.lost = script.lost();
        this.lanes = new long[lanes];
        this.masks = new long[masks];
        this.changes = new long[registers.length + lanes + masks];
        this.isAnybody = callsOthers || contract.promises().scrubsAll() || contract.effect().filter(effect ->
                effect.instruction().isLeaf()).isEmpty();
        Convention callees = contract.signature().convention().ofCallees();
        this.homeWords = callees.homeWords();
        script.setHomeWords(homeWords);
        script.setKept((int) Gpr.mask(callees.preserved().stream()),
                (1 << callees.preservedVectors()) - 1 << callees.firstPreservedVector());
    }

    /// New values.
    void renew(Round round, RandomGenerator random) {
        if (isAnybody) {
            Arrays.setAll(registers, _ -> random.nextLong());
            Arrays.setAll(lanes, _ -> random.nextLong());
            Arrays.setAll(masks, _ -> random.nextLong());
            Arrays.setAll(changes, _ -> round.change(random));
            flags = random.nextLong();
            write();
        }
    }

    /// Other values, or back.
    void change() {
        if (isAnybody) {
            for (int n = 0; n < changes.length; n++) {
                int lane = n - registers.length;
                int mask = lane - lanes.length;
                if (lane < 0) {
                    registers[n] ^= changes[n];
                } else if (mask < 0) {
                    lanes[lane] ^= changes[n];
                } else {
                    masks[mask] ^= changes[n];
                }
            }
            flags ^= changes[0];
            write();
        }
    }

    /// The same value in all, until [#empty].
    void fill(long value) {
        if (isAnybody) {
            for (Gpr register : Gpr.values()) {
                lost.registers().set(register, value);
            }
            lost.registers().setRflags(value & Registers.ARITHMETIC_FLAGS);
        }
    }

    /// What was there before [#fill].
    void empty() {
        if (isAnybody) {
            write();
        }
    }

    private void write() {
        for (Gpr register : Gpr.values()) {
            lost.registers().set(register, registers[register.ordinal()]);
        }
        lost.registers().setRflags(flags & Registers.ARITHMETIC_FLAGS);
        lost.setVectors(lanes);
        for (int n = 0; n < masks.length; n++) {
            lost.setMask(n, masks[n]);
        }
    }

    /// What a finding may name.
    void addTo(Origins origins) {
        if (isAnybody) {
            for (Gpr register : Gpr.values()) {
                origins.add("what a C function that was called left in " + register, registers[register.ordinal()]);
            }
            for (int n = 0; n < lanes.length; n++) {
                boolean isHome = n >= HOME && n < HOME + homeWords;
                origins.add(isHome ? "what a C function that was called left in its home space"
                        : "what was left in " + Surroundings.lane(n / State.LANES, n % State.LANES), lanes[n]);
            }
        }
    }
}
