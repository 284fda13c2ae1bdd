package dev.trampette.verify.inline;

import dev.trampette.probe.Probe;
import dev.trampette.probe.State;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// All that a statement finds when it is entered.
final class Setting {

    /// Words of the stack below RSP that are given, and above.
    static final int BELOW = 32;
    static final int ABOVE = 160;
    static final int MASKS = 8;

    final long[] registers = new long[16];
    final long[] vectors = new long[32 * State.LANES];
    final long[] masks = new long[MASKS];
    final long[] stack = new long[BELOW + ABOVE];
    final long[] asides = new long[Probe.ASIDES];
    final Map<Integer, byte[]> buffers = new TreeMap<>();
    /// Variables, by their addresses.
    final Map<Long, byte[]> variables = new HashMap<>();
    long rflags;

    /// A new one, of random values; no memory yet.
    static Setting random(RandomGenerator random) {
        Setting setting = new Setting();
        fill(setting.registers, random);
        fill(setting.vectors, random);
        fill(setting.masks, random);
        fill(setting.stack, random);
        fill(setting.asides, random);
        setting.rflags = random.nextLong() & dev.trampette.shim.Registers.ARITHMETIC_FLAGS;
        return setting;
    }

    Setting copy() {
        Setting copy = new Setting();
        System.arraycopy(registers, 0, copy.registers, 0, registers.length);
        System.arraycopy(vectors, 0, copy.vectors, 0, vectors.length);
        System.arraycopy(masks, 0, copy.masks, 0, masks.length);
        System.arraycopy(stack, 0, copy.stack, 0, stack.length);
        System.arraycopy(asides, 0, copy.asides, 0, asides.length);
        buffers.forEach((key, bytes) -> copy.buffers.put(key, bytes.clone()));
        variables.forEach((address, bytes) -> copy.variables.put(address, bytes.clone()));
        copy.rflags = rflags;
        return copy;
    }

    private static void fill(long[] words, RandomGenerator random) {
        for (int n = 0; n < words.length; n++) {
            words[n] = random.nextLong();
        }
    }
}
