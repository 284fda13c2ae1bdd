package dev.trampette.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trampette.spec.Gpr;
import dev.trampette.spec.Instruction;
import dev.trampette.spec.Leaf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// The registers at one instruction, each with a random value until a test gives it another, and what a shim did to
/// them. Replay a failure with -Dtrampette.seed=N.
final class Cpu {

    static final long SEED = Long.getLong("trampette.seed", ThreadLocalRandom.current().nextLong());

    private final MemorySegment block = Arena.ofAuto().allocate(Registers.LAYOUT);
    private final Registers registers = new Registers(block.address());
    private final Map<Gpr, Long> before = new EnumMap<>(Gpr.class);
    private long rflags;

    /// The registers that a leaf writes, RAX apart: where a guest ran, RBP too.
    ///
    /// @param kept whether those count that keep their input on most statuses
    static Set<Gpr> written(Leaf leaf, boolean kept) {
        Set<Gpr> written = leaf.outputs().stream().filter(output -> kept || !output.kept())
                .map(Leaf.Output::register).collect(Collectors.toCollection(() -> EnumSet.noneOf(Gpr.class)));
        if (leaf.scrub()) {
            written.add(Gpr.RBP);
        }
        return written;
    }

    Cpu(Instruction instruction, Random random) {
        block.set(ValueLayout.JAVA_INT, 144, instruction.number());
        for (Gpr register : Gpr.values()) {
            registers.set(register, random.nextLong());
        }
        registers.setRflags(random.nextLong());
    }

    Cpu(Instruction instruction) {
        this(instruction, new Random(SEED));
    }

    Cpu set(Gpr register, long value) {
        registers.set(register, value);
        return this;
    }

    Cpu execute(Shim shim) {
        for (Gpr register : Gpr.values()) {
            before.put(register, registers.get(register));
        }
        rflags = registers.rflags();
        shim.execute(registers);
        return this;
    }

    long get(Gpr register) {
        return registers.get(register);
    }

    /// The vector of the exception, or -1.
    int fault() {
        return block.get(ValueLayout.JAVA_INT, 148) - 1;
    }

    /// The arithmetic flags; all others must be as they were.
    long flags() {
        assertThat(registers.rflags() & ~Registers.ARITHMETIC_FLAGS).as("other flags, seed=%d", SEED)
                .isEqualTo(rflags & ~Registers.ARITHMETIC_FLAGS);
        return registers.rflags() & Registers.ARITHMETIC_FLAGS;
    }

    /// All of RFLAGS is as it was.
    Cpu keepsFlags() {
        assertThat(registers.rflags()).as("rflags, seed=%d", SEED).isEqualTo(rflags);
        return this;
    }

    /// Every register but RAX and these is as it was.
    Cpu keepsAllBut(Set<Gpr> written) {
        return keeps(Gpr.RAX, written);
    }

    /// RAX too.
    Cpu keepsAll() {
        return keeps(null, Set.of());
    }

    private Cpu keeps(Gpr status, Set<Gpr> written) {
        Set<Gpr> changed = EnumSet.noneOf(Gpr.class);
        before.forEach((register, value) -> {
            if (register != status && !written.contains(register) && registers.get(register) != value) {
                changed.add(register);
            }
        });
        assertThat(changed).as("registers that must not change, seed=%d", SEED).isEmpty();
        return this;
    }
}
