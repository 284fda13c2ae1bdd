package dev.trampette.abi;

import dev.trampette.shim.Registers;
import dev.trampette.spec.Gpr;
import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The general-purpose registers at one moment.
record Snapshot(Map<Gpr, Long> registers, long rflags) {

    static Snapshot of(Registers registers) {
        Map<Gpr, Long> values = new EnumMap<>(Gpr.class);
        for (Gpr register : Gpr.values()) {
            values.put(register, registers.get(register));
        }
        return new Snapshot(values, registers.rflags());
    }

    long get(Gpr register) {
        return registers.get(register);
    }

    /// Give every register but RSP a random value of its own, and the arithmetic flags too.
    static void randomize(Registers registers, RandomGenerator random) {
        for (Gpr register : Gpr.values()) {
            registers.set(register, random.nextLong());
        }
        registers.setRflags(random.nextLong() & Registers.ARITHMETIC_FLAGS);
    }
}
