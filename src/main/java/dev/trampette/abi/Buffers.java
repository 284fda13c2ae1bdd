package dev.trampette.abi;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.trampette.image.Contract;
import dev.trampette.shim.Registers;
import dev.trampette.spec.Argument;
import dev.trampette.spec.Gpr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The memory that the arguments of a call site point to, with words around each buffer that nobody may write.
final class Buffers {

    private static final int CANARIES = 4;

    private final Contract contract;
    private final Map<Argument, MemorySegment> memory = new LinkedHashMap<>();
    private final Map<Argument, long[]> filled = new HashMap<>();

    Buffers(Contract contract, Arena arena) {
        this.contract = contract;
        for (Argument argument : contract.arguments()) {
            if (argument.isPointer()) {
                memory.put(argument, arena.allocate(JAVA_LONG, argument.length() + 2 * CANARIES));
            }
        }
    }

    /// The memory of the one pointer that a call site has, canaries included; empty when it has none.
    MemorySegment only() {
        return memory.values().stream().findFirst().orElse(MemorySegment.NULL);
    }

    /// Fill the buffers with random words, and let the argument registers point to them.
    ///
    /// @return the values of the arguments by name, the part that counts; elements of buffers as `name[i]`
    Map<String, Long> fill(Registers before, RandomGenerator random) {
        Map<String, Long> values = new HashMap<>();
        for (int i = 0; i < contract.arguments().size(); i++) {
            Argument argument = contract.arguments().get(i);
            Gpr register = Argument.REGISTERS.get(i);
            if (argument.isPointer()) {
                MemorySegment buffer = memory.get(argument);
                long[] words = random.longs(argument.length() + 2 * CANARIES).toArray();
                buffer.copyFrom(MemorySegment.ofArray(words));
                filled.put(argument, words);
                for (int element = 0; element < argument.length(); element++) {
                    values.put("%s[%d]".formatted(argument.name(), element), words[element + CANARIES]);
                }
                before.set(register, buffer.address() + CANARIES * 8);
            }
            values.put(argument.name(), before.get(register) & argument.type().significantBits());
        }
        return values;
    }

    /// What one word of an output buffer must hold after the call.
    @FunctionalInterface
    interface Expected {

        /// Look at the nth output.
        ///
        /// @param where the word, for a finding
        /// @param filled what it held before the call
        /// @param actual what it holds
        void check(int output, String where, long filled, long actual);
    }

    /// Look at every word: outputs as expected, and all others as they were.
    void check(Case c, Expected outputs) {
        memory.forEach((argument, buffer) -> {
            long[] before = filled.get(argument);
            for (int word = 0; word < before.length; word++) {
                int element = word - CANARIES;
                String where = "%s[%d]".formatted(argument.name(), element);
                long actual = buffer.getAtIndex(JAVA_LONG, word);
                if (argument.type() == Argument.Type.OUT && element >= 0 && element < argument.length()) {
                    outputs.check(element, where, before[word], actual);
                } else {
                    c.expect(Rule.MEMORY, where, before[word], actual);
                }
            }
        });
    }
}
